"""Starting and stopping limits; the sweep of what is due lives elsewhere.

A clock that still runs is never started anew, so that no comment, edit or hand-over wins time. One that has
run out has done its work: the next owner gets a clock of their own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from incidents.models import Category, Clock, Incident
from incidents.rules.deadlines import due_at, warn_at
from incidents.rules.durations import Limit, parse_limit
from incidents.rules.limits import ChosenLimit, LimitInput, choose_limit
from incidents.rules.reasons import Reason
from incidents.rules.vocabulary import ClockKind, Colour, Level
from incidents.rules.workflow import ClockEffects
from incidents.services.rulebook import Rulebook, own_limits, rulebook

RUN_OUT = 2
# Started only where a limit is set for them: many matters need no visit, some reporters no call.
_OPTIONAL = frozenset({ClockKind.CONTACT, ClockKind.ARRIVE, ClockKind.REPORT})
# Used only where the table of limits has no row for a colour, so that no incident is without a limit.
_FALLBACK = {
    ClockKind.SIGN: "1wd",
    ClockKind.ARRIVE: "1wd",
    ClockKind.REPORT: "3wd",
    ClockKind.RESOLVE: "15d",
    ClockKind.VERIFY: "3d",
    ClockKind.CALLBACK: "3d",
    ClockKind.CONTACT: "1wd",
    ClockKind.RECTIFY: "5wd",
    ClockKind.REVIEW: "30d",
}


@dataclass(frozen=True, slots=True)
class Started:
    """A clock to be saved, and why it has this limit."""

    clock: Clock
    reason: Reason | None


class ClockSpan(NamedTuple):
    """When a clock warns and runs out, the limit that says so, and why it is this one."""

    warn_at: datetime
    due_at: datetime
    limit: Limit
    reason: Reason | None


def limit_for(kind: ClockKind, colour: Colour, category: Category, book: Rulebook) -> ChosenLimit | None:
    """Return the limit of one clock of an incident; None when neither category nor colour names one."""
    own, _broken = own_limits(category)
    facts = LimitInput(colour=colour, default_colour=Colour(category.colour), own=own)
    return choose_limit(kind, facts, book.limits)


def kinds_to_start(kinds: Iterable[ClockKind], incident: Incident, book: Rulebook) -> tuple[ClockKind, ...]:
    """Return which of a move's clocks this incident gets, in their own order; no query. Source: R-30."""
    wanted = frozenset(kinds)
    return tuple(kind for kind in ClockKind if kind in wanted and _applies(kind, incident, book))


def _applies(kind: ClockKind, incident: Incident, book: Rulebook) -> bool:
    if kind is ClockKind.CONTACT and not incident.reporter_phone_sealed:
        return False
    return (
        kind not in _OPTIONAL or limit_for(kind, Colour(incident.colour), incident.category, book) is not None
    )


def clock_span(
    kind: ClockKind,
    colour: Colour,
    category: Category,
    *,
    at: datetime,
    organization_id: int,
    book: Rulebook,
) -> ClockSpan:
    """Return when a unit's clock started then warns and runs out, and why it has this limit; no query."""
    chosen = limit_for(kind, colour, category, book)
    limit = parse_limit(_FALLBACK[kind]) if chosen is None else chosen.limit
    why = None if chosen is None else chosen.reason
    return _span(limit, kind, colour, at=at, organization_id=organization_id, book=book, why=why)


def build_clock(
    incident: Incident, kind: ClockKind, *, at: datetime, organization_id: int, book: Rulebook
) -> Started:
    """Return an unsaved clock of the incident; no query."""
    span = clock_span(
        kind,
        Colour(incident.colour),
        incident.category,
        at=at,
        organization_id=organization_id,
        book=book,
    )
    return Started(_clock(incident, kind, at, span, organization_id), span.reason)


def clock_of(
    incident: Incident, kind: ClockKind, limit: Limit, *, at: datetime, organization_id: int, book: Rulebook
) -> Clock:
    """Return an unsaved clock that runs for the limit from `at`."""
    colour = Colour(incident.colour)
    span = _span(limit, kind, colour, at=at, organization_id=organization_id, book=book)
    return _clock(incident, kind, at, span, organization_id)


def _span(
    limit: Limit,
    kind: ClockKind,
    colour: Colour,
    *,
    at: datetime,
    organization_id: int,
    book: Rulebook,
    why: Reason | None = None,
) -> ClockSpan:
    calendar = book.calendar_of(organization_id)
    due = due_at(at, limit, calendar)
    warns = warn_at(at, due, calendar, limit.unit, book.ladders.warning_share(colour, kind))
    return ClockSpan(min(max(at, warns), due), due, limit, why)


def _clock(incident: Incident, kind: ClockKind, at: datetime, span: ClockSpan, organization_id: int) -> Clock:
    return Clock(
        incident=incident,
        organization_id=organization_id,
        kind=kind,
        started_at=at,
        warn_at=span.warn_at,
        due_at=span.due_at,
        fires_at=span.warn_at,
        limit=str(span.limit),
    )


def apply_clocks(
    incident: Incident,
    effects: ClockEffects,
    *,
    at: datetime,
    spans: Mapping[ClockKind, tuple[datetime, datetime]] | None = None,
) -> list[Reason]:
    """Stop and start the incident's own clocks after a move and set its `due_at`; the caller saves it.

    A running clock that is not stopped follows the incident to its new owner. `spans` are (warns, due) where
    the move itself sets a limit. Three queries at most; returns why the new clocks have their limits.
    """
    if not effects.stop and not effects.start:
        return []
    running = list(
        Clock.objects.select_for_update().filter(
            incident_id=incident.pk, stopped_at=None, whistle_response=None
        )
    )
    stopping = [row for row in running if _stops(row, effects)]
    keeping = [row for row in running if row not in stopping]
    _stop(stopping, at)
    _follow(keeping, incident)
    kept = {ClockKind(row.kind) for row in keeping}
    started = [
        build_clock(incident, kind, at=at, organization_id=incident.owner_organization_id, book=rulebook())
        for kind in kinds_to_start(effects.start - kept, incident, rulebook())
    ]
    started = [_spanned(each, spans or {}) for each in started]
    Clock.objects.bulk_create([each.clock for each in started])
    ticking = [*(row for row in keeping if row.paused_at is None), *(each.clock for each in started)]
    if ticking:
        incident.due_at = min(row.due_at for row in ticking)
    return [each.reason for each in started if each.reason is not None]


def _spanned(started: Started, spans: Mapping[ClockKind, tuple[datetime, datetime]]) -> Started:
    """Return the clock with the limit that the move sets, which then no table explains."""
    span = spans.get(ClockKind(started.clock.kind))
    if span is None:
        return started
    row = started.clock
    row.warn_at, row.due_at = span
    row.fires_at, row.limit = row.warn_at, ""
    return Started(row, None)


def return_limit(incident: Incident, *, at: datetime, book: Rulebook) -> datetime | None:
    """Return until when the present owner may give it back; None for a grid worker, who raises it instead.

    Source: R-120.
    """
    if incident.owner_level == Level.GRID:
        return None
    return due_at(at, book.procedures.return_within, book.calendar_of(incident.owner_organization_id))


def stop_responses(response_ids: Iterable[int], kinds: Iterable[ClockKind], *, at: datetime) -> None:
    """Stop clocks of whistled departments; one query."""
    Clock.objects.filter(
        whistle_response_id__in=list(response_ids), kind__in=list(kinds), stopped_at=None
    ).update(stopped_at=at, fires_at=None)


def stop_all(incident: Incident, *, at: datetime) -> None:
    """Stop every clock of the incident, the departments' too; one query."""
    Clock.objects.filter(incident_id=incident.pk, stopped_at=None).update(stopped_at=at, fires_at=None)


def _stops(row: Clock, effects: ClockEffects) -> bool:
    if row.kind in effects.stop:
        return True
    return row.kind in effects.start and row.stage >= RUN_OUT


def _stop(rows: list[Clock], at: datetime) -> None:
    if rows:
        Clock.objects.filter(pk__in=[row.pk for row in rows]).update(stopped_at=at, fires_at=None)


def _follow(rows: list[Clock], incident: Incident) -> None:
    owner = incident.owner_organization_id
    moved = [row.pk for row in rows if row.organization_id != owner]
    if moved:
        Clock.objects.filter(pk__in=moved).update(organization_id=owner)
