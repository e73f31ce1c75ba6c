"""What will fire within a day if nobody acts, and why: read by the same rules by which the sweep will act."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core import clock
from incidents.choices import CLOCK_KINDS, LEVELS
from incidents.models import Clock, Incident
from incidents.policies import levels_of
from incidents.rules.escalation import RAN_OUT, WARNED
from incidents.rules.quiet import held_until
from incidents.rules.vocabulary import ClockKind, Colour, Level, State, Verb
from incidents.selectors.explain import explain_reasons
from incidents.selectors.limit_words import limit_words
from incidents.services.rulebook import Rulebook, rulebook
from incidents.services.sweep.answers import Answer, Case, answer_to
from organizations.scopes import AnyUser

AHEAD = timedelta(hours=24)
ORDER = ("fires_at", "id")
_PARTS = (
    "organization",
    "incident__category",
    "incident__owner_organization",
    "incident__community",
    "incident__street",
    "incident__grid",
    "incident__lead_department",
)
_SEALED = ("incident__reporter_name_sealed", "incident__reporter_phone_sealed")
_KINDS, _LEVELS = dict(CLOCK_KINDS), dict(LEVELS)


@dataclass(frozen=True, slots=True)
class Expected:
    """One step to come: when, of which limit, what it will do, whom it will tell, and why.

    `what` is warn, remind, overdue, rise, supervise, close or nothing; `then_at` when the same limit runs
    out, if within the day; `held_until` when people at rest will get the message.
    """

    clock: Clock
    at: datetime
    what: str
    percent: int
    to_level: Level
    told: tuple[str, ...]
    reasons: tuple[str, ...]
    then_at: datetime | None
    held_until: datetime | None

    @property
    def incident(self) -> Incident:
        """Return whose limit it is."""
        found: Incident = self.clock.incident
        return found

    @property
    def limit_words(self) -> str:
        """Return the limit as people say it; empty for one from before limits were kept."""
        return limit_words(self.clock.limit) if self.clock.limit else ""

    @property
    def kind_words(self) -> str:
        """Return which limit it is."""
        return str(_KINDS.get(self.clock.kind, self.clock.kind))

    @property
    def what_words(self) -> str:
        """Return in a word or two what will happen."""
        return {
            "warn": _("Warning"),
            "remind": _("Reminder, still overdue"),
            "overdue": _("Run out, people are told"),
            "rise": _("Goes up to %(level)s") % {"level": _LEVELS[self.to_level]},
            "supervise": _("Will be supervised"),
            "close": _("Closes for lack of an answer"),
            "nothing": _("Ends without a word"),
        }[self.what]

    @property
    def told_words(self) -> str:
        """Return who will be told."""
        # Translators: what stands between the items of a list.
        return pgettext("list", ", ").join(self.told)


def forecast_for(user: AnyUser, *, colour: str = "", unit: str = "") -> QuerySet[Clock]:
    """Return the clocks of incidents the person sees that fire within a day, with all a row shows.

    Narrowed by the incident's colour and by the unit whose limit it is; what cannot be read narrows nothing.
    To be read in `ORDER`. Source: R-88.
    """
    seen: Any = Incident.objects.visible_to(user)
    narrowed = {"colour": colour} if colour in set(Colour) else {}
    rows = Clock.objects.filter(
        incident__in=seen.filter(**narrowed).values("pk"),
        fires_at__lte=clock.now() + AHEAD,
    )
    rows = rows.select_related(*_PARTS).defer(*_SEALED)
    if unit.isascii() and unit.isdigit() and len(unit) < 19:
        rows = rows.filter(organization_id=int(unit))
    return rows


def forecast_units(user: AnyUser) -> list[tuple[str, str]]:
    """Return the units whose limits are in the person's forecast as (id, name); one query and the scope's."""
    rows = forecast_for(user).defer(None).select_related(None).order_by("organization__code")
    pairs = rows.values_list("organization__code", "organization_id", "organization__name").distinct()
    return [(str(pk), name) for _code, pk, name in pairs]


def expected(clocks: Iterable[Clock]) -> list[Expected]:
    """Return what each clock's next step will do; the rulebook's queries and no other. Source: R-88."""
    book, until = rulebook(), clock.now() + AHEAD
    answers: dict[Case, Answer] = {}
    return [_expected(row, book, until, answers) for row in clocks]


def _expected(row: Clock, book: Rulebook, until: datetime, answers: dict[Case, Answer]) -> Expected:
    incident, step = row.incident, row.stage + 1
    places = _places(incident, book)
    colour, kind = Colour(incident.colour), ClockKind(row.kind)
    case = Case(
        State(incident.state),
        Level(incident.owner_level),
        colour,
        frozenset(places),
        incident.is_whistled,
        kind,
        step,
        row.whistle_response_id is not None,
    )
    answer = answers.get(case)
    if answer is None:
        answer = answers[case] = answer_to(case, book.ladders)
    at = row.fires_at or row.due_at
    rung = book.ladders.step_of(colour, kind, step)
    return Expected(
        clock=row,
        at=at,
        what=_what(answer, step),
        percent=rung.percent if rung else 100,
        to_level=answer.to_level,
        told=_told(row, answer, places),
        reasons=tuple(explain_reasons(answer.reasons)),
        then_at=row.due_at if step == WARNED and row.due_at <= until else None,
        held_until=_held(row, at, book),
    )


def _what(answer: Answer, step: int) -> str:
    if answer.row is None or answer.silent:
        return "nothing"
    named = {Verb.ESCALATE: "rise", Verb.SUPERVISE: "supervise", Verb.CLOSE_UNANSWERED: "close"}
    if answer.row.verb in named:
        return named[answer.row.verb]
    if step == WARNED:
        return "warn"
    return "overdue" if step == RAN_OUT else "remind"


def _places(incident: Incident, book: Rulebook) -> Mapping[Level, str]:
    """Return the name of the unit at each level the incident has one at and is not withheld from."""
    lead, levels = incident.lead_department, levels_of(incident)
    found = {
        Level.GRID: incident.grid and incident.grid.name,
        Level.COMMUNITY: incident.community and incident.community.name,
        Level.STREET: incident.street and incident.street.name,
        Level.DEPARTMENT: lead and lead.name,
        Level.CITY: book.city and book.city.name,
    }
    return {level: name for level, name in found.items() if name and level in levels}


def _told(row: Clock, answer: Answer, places: Mapping[Level, str]) -> tuple[str, ...]:
    if answer.row is None or answer.silent:
        return ()
    incident = row.incident
    levels = list(answer.told)
    if answer.row.verb is Verb.SUPERVISE:
        levels.append(Level.CITY)
    if answer.row.verb is Verb.ESCALATE:
        levels.append(answer.to_level)
    names = []
    for level in levels:
        own = level == incident.owner_level and level is not Level.GRID
        name = incident.owner_organization.name if own else places.get(level)
        if name:
            names.append(name)
    if row.whistle_response_id is not None:  # the called department's own limit
        names = [row.organization.name, *(names if answer.row.verb is Verb.SUPERVISE else names[1:])]
    return tuple(dict.fromkeys(names))


def _held(row: Clock, at: datetime, book: Rulebook) -> datetime | None:
    """Return until when the owner's people are left in peace at that moment; None where they are not."""
    moment, unit = max(at, clock.now()), row.organization_id
    if book.calendar_of(unit).is_working_time(moment):
        return None
    return held_until(Colour(row.incident.colour), book.quiet_of(unit), moment)
