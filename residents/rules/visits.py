"""When a visit may be saved: registered at the door, every need recorded, every answer told.

Source: R-230 to R-234. Plain data in, every reason against it out; knows no database.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

MET = "met"
PROBLEM = "problem"
NEED_KINDS = ("wish", "opinion", PROBLEM)
# Source: R-231. After this long the list of people has to be read out again.
REGISTRATION_HOLDS = timedelta(days=365)
# Source: R-235. A form that was filled in without a signal may be sent this much later.
SENT_LATE_AT_MOST = timedelta(days=7)
MOST_NEEDS = 10
LONGEST_NEED = 500
LONGEST_NOTE = 200
LONGEST_ANSWER = 500
# A phone's clock may be a little ahead of ours.
_AHEAD_AT_MOST = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedDraft:
    """One thing the family said; a problem names the category of the incident it becomes."""

    kind: str
    text: str
    person_id: int | None = None
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitDraft:
    """A visit as written down at the door.

    `confirmed` are the people read out and found right. `told` are needs whose answer the family was told;
    `reopened` those they do not accept, with what they said. `at` None stands for now.
    """

    outcome: str
    at: datetime | None = None
    note: str = ""
    confirmed: frozenset[int] = frozenset()
    needs: tuple[NeedDraft, ...] = ()
    told: frozenset[int] = frozenset()
    reopened: Mapping[int, str] | None = None

    @property
    def replies(self) -> Mapping[int, str]:
        """Return what the family said against answers, by need."""
        return self.reopened or {}


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFacts:
    """What is known of the household when the visit is saved; `to_tell` are needs answered and not told."""

    now: datetime
    today: date
    people: frozenset[int]
    registered_on: date | None
    to_tell: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class VisitProblem:
    """Why a visit cannot be saved: the field, the reason, and which need it is about, counted from one."""

    field: str
    code: str
    number: int = 0


def check_visit(draft: VisitDraft, facts: VisitFacts) -> tuple[VisitProblem, ...]:
    """Return every reason against saving the visit, in the order of the form; none where it may be saved."""
    found = [*_time(draft, facts), *_lengths(draft)]
    if draft.outcome == MET:
        found += [*_people(draft, facts), *_feedback(draft, facts), *_needs(draft.needs, facts)]
    elif draft.needs or draft.confirmed or draft.told or draft.replies:
        found.append(VisitProblem("outcome", "nobody_met"))
    return tuple(found)


def registration_holds(registered_on: date | None, today: date) -> bool:
    """Return whether the list of people was confirmed lately enough. Source: R-231."""
    return registered_on is not None and today - registered_on <= REGISTRATION_HOLDS


def _time(draft: VisitDraft, facts: VisitFacts) -> Iterable[VisitProblem]:
    if draft.at is None:
        return
    if draft.at > facts.now + _AHEAD_AT_MOST:
        yield VisitProblem("at", "ahead")
    if draft.at < facts.now - SENT_LATE_AT_MOST:
        yield VisitProblem("at", "late")


def _lengths(draft: VisitDraft) -> Iterable[VisitProblem]:
    if len(draft.note) > LONGEST_NOTE:
        yield VisitProblem("note", "long")
    if len(draft.needs) > MOST_NEEDS:
        yield VisitProblem("needs", "many")


def _people(draft: VisitDraft, facts: VisitFacts) -> Iterable[VisitProblem]:
    """Refuse a list that is empty, not confirmed, or not the one that was read out. Source: R-231."""
    if not facts.people:
        yield VisitProblem("confirmed", "nobody_listed")
    elif draft.confirmed:
        if draft.confirmed != facts.people:
            yield VisitProblem("confirmed", "list_changed")
    elif not registration_holds(facts.registered_on, facts.today):
        yield VisitProblem("confirmed", "missing")


def _feedback(draft: VisitDraft, facts: VisitFacts) -> Iterable[VisitProblem]:
    """Refuse to leave before every answer has been told or taken up again. Source: R-233."""
    if facts.to_tell - draft.told - draft.replies.keys():
        yield VisitProblem("feedback", "missing")
    if draft.told & draft.replies.keys():
        yield VisitProblem("feedback", "both")
    for reply in draft.replies.values():
        if not reply.strip():
            yield VisitProblem("feedback", "unsaid")
        elif len(reply) > LONGEST_NEED:
            yield VisitProblem("feedback", "long")


def _needs(needs: Iterable[NeedDraft], facts: VisitFacts) -> Iterable[VisitProblem]:
    """Refuse a need without kind or words, and a problem that would become no incident. Source: R-232."""
    for number, need in enumerate(needs, start=1):
        if need.kind not in NEED_KINDS:
            yield VisitProblem("need_kind", "missing", number)
        if not need.text.strip():
            yield VisitProblem("need_text", "missing", number)
        elif len(need.text) > LONGEST_NEED:
            yield VisitProblem("need_text", "long", number)
        if need.kind == PROBLEM and not need.category:
            yield VisitProblem("need_category", "missing", number)
        if need.person_id is not None and need.person_id not in facts.people:
            yield VisitProblem("need_person", "stranger", number)
