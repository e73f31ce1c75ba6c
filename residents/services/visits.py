"""Saving a visit: who lives there confirmed, every need recorded, every answer told; all of it or nothing."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor
from core.crypto import encrypt, fingerprint
from core.errors import Conflict, Invalid
from residents.choices import NeedState, VisitOutcome
from residents.models import Household, Need, Person, Visit
from residents.policies import VISIT, find_household
from residents.rules.visits import VisitDraft, VisitFacts, check_visit
from residents.sealing import VISIT_NOTE_FIELD
from residents.services.needs import feed_back, need_record, need_reopen
from residents.visit_wording import visit_refused

logger = structlog.get_logger(__name__)
_KEY_CONSTRAINT = "client_key"


@dataclass(frozen=True, slots=True)
class SavedVisit:
    """The visit and the needs it recorded; `is_new` is false where the same form had been saved before."""

    visit: Visit
    needs: Sequence[Need]
    is_new: bool = True


def visit_save(
    *, actor: Actor, household_id: int, draft: VisitDraft, client_key: UUID | None = None
) -> SavedVisit:
    """Save one visit; the same client_key again saves nothing new. Source: R-230 to R-235.

    Raises Missing, Denied, Invalid naming the field, and Conflict("key_taken") for a known key with other
    content or ("needs_changed") where a colleague has just dealt with one of the needs. Locks the household,
    then its answered needs. Six queries for an ordinary visit.
    """
    mark = _content_mark(actor, household_id, draft) if client_key else ""
    known = _saved_before(client_key, mark)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            saved = _save(actor, household_id, draft, client_key, mark)
    except IntegrityError as error:
        # Two sendings of one form at the same moment: the other one won.
        known = _saved_before(client_key, mark) if _KEY_CONSTRAINT in str(error) else None
        if known is None:
            raise
        return known
    logger.info(
        "visit saved",
        visit_id=saved.visit.pk,
        outcome=draft.outcome,
        needs=len(saved.needs),
        actor_id=actor.user_id,
    )
    return saved


def _save(
    actor: Actor, household_id: int, draft: VisitDraft, client_key: UUID | None, mark: str
) -> SavedVisit:
    household = find_household(actor, household_id, permission=VISIT, lock=True)
    now = clock.now()
    at = min(draft.at or now, now)
    _check_household(household, timezone.localdate(at))
    needs = _needs_at_stake(household, draft)
    facts = VisitFacts(
        now=now,
        today=clock.today(),
        people=frozenset(Person.objects.filter(household=household).values_list("pk", flat=True)),
        registered_on=household.registered_on,
        to_tell=frozenset(pk for pk, need in needs.items() if need.state == NeedState.ANSWERED),
    )
    for problem in check_visit(draft, facts):
        raise visit_refused(problem)
    _check_needs(needs, draft)
    visit = Visit.objects.create(
        household=household,
        visitor_id=actor.user_id,
        at=at,
        outcome=draft.outcome,
        confirmed=bool(draft.confirmed),
        note_sealed=encrypt(draft.note.strip(), field=VISIT_NOTE_FIELD),
        client_key=client_key,
        content_mark=mark,
    )
    feed_back(visit, [needs[pk] for pk in draft.told & facts.to_tell])
    for pk, reply in draft.replies.items():
        need_reopen(actor=actor, visit=visit, need=needs[pk], reply=reply)
    recorded = [need_record(actor=actor, visit=visit, draft=each) for each in draft.needs]
    _note_seen(household, visit)
    return SavedVisit(visit, recorded)


def _check_household(household: Household, day: date) -> None:
    if household.closed_on is not None:
        raise Invalid(
            "household_closed", _("This household no longer exists. Open another."), field="household"
        )
    if day < household.opened_on:
        raise Invalid("at_before_household", _("The household did not exist on that day."), field="at")


def _needs_at_stake(household: Household, draft: VisitDraft) -> dict[int, Need]:
    """Return the household's needs that wait to be told, and those the form speaks of; locked."""
    mentioned = draft.told | draft.replies.keys()
    wanted = Q(state=NeedState.ANSWERED)
    if mentioned:
        wanted |= Q(pk__in=mentioned)
    rows = Need.objects.filter(wanted, household=household).order_by("pk")
    return {need.pk: need for need in rows.select_for_update(of=("self",), no_key=True)}


def _check_needs(needs: dict[int, Need], draft: VisitDraft) -> None:
    """Raise Conflict unless the form still speaks of the needs as they are; told twice is told."""
    told = all(pk in needs and needs[pk].state != NeedState.OPEN for pk in draft.told)
    reopened = all(pk in needs and needs[pk].state == NeedState.ANSWERED for pk in draft.replies)
    if not (told and reopened):
        raise Conflict(
            "needs_changed",
            _("A colleague has just dealt with one of these answers. Open this page again, then save."),
            field="feedback",
        )


def _note_seen(household: Household, visit: Visit) -> None:
    """Keep the days of the last visit and of the last complete list. Source: R-230.

    The row's version stays: nothing that a form of the household shows has changed.
    """
    if visit.outcome != VisitOutcome.MET:
        return
    day = timezone.localdate(visit.at)
    changed = {"last_visited_on": _later(household.last_visited_on, day)}
    if visit.confirmed:
        changed["registered_on"] = _later(household.registered_on, day)
    Household.objects.filter(pk=household.pk).update(**changed)


def _later(known: date | None, day: date) -> date:
    return day if known is None else max(known, day)


def _saved_before(client_key: UUID | None, mark: str) -> SavedVisit | None:
    visit = Visit.objects.filter(client_key=client_key).first() if client_key else None
    if visit is None:
        return None
    if visit.content_mark != mark:
        raise Conflict("key_taken", _("This form has been sent before, with other content. Open it anew."))
    return SavedVisit(visit, list(visit.needs.order_by("pk")), is_new=False)


def _content_mark(actor: Actor, household_id: int, draft: VisitDraft) -> str:
    content = asdict(draft) | {"confirmed": sorted(draft.confirmed), "told": sorted(draft.told)}
    text = json.dumps(
        [actor.user_id, household_id, content], default=_as_text, sort_keys=True, ensure_ascii=False
    )
    return fingerprint(text, purpose="visit-content")


def _as_text(value: datetime) -> str:
    return value.isoformat()
