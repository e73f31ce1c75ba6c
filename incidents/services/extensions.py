"""More time: asking for it before the limit, and moving the limit once it is granted."""

from datetime import datetime, time
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from incidents.models import Clock, Incident
from incidents.policies import WORK_CLOCKS
from incidents.rules.deadlines import due_at, warn_at
from incidents.rules.reasons import reason
from incidents.rules.vocabulary import ApplicationState, ClockKind, Pending, State
from incidents.selectors.limit_words import limit_words
from incidents.services.applications import agree, apply_for, settle, tell_decision
from incidents.services.clocks import RUN_OUT
from incidents.services.move import Move
from incidents.services.rulebook import rulebook


def request_extension(move: Move) -> None:
    """Ask for a later limit of the work. Raises Invalid naming wanted_limit. Source: R-123, R-124."""
    now_due = move.standing.work_due_at or move.incident.due_at
    wanted = _moment(move.given["wanted_limit"])
    if wanted <= now_due:
        raise Invalid(
            "limit_not_later", _("The new limit must lie after the present one."), field="wanted_limit"
        )
    book = rulebook()
    calendar = book.calendar_of(move.incident.owner_organization_id)
    if wanted > due_at(now_due, book.procedures.extension_longest, calendar):
        raise Invalid(
            "extension_too_long",
            _("One extension may be at most %(limit)s; a case that has to wait longer is set aside."),
            field="wanted_limit",
            params={"limit": limit_words(str(book.procedures.extension_longest))},
        )
    works = move.given.get("works") in (True, "true", "on", "1")
    application = apply_for(move, Pending.EXTENSION, works=works, limit_before=now_due, wanted_limit=wanted)
    move.story.data |= {"wanted_limit": wanted.isoformat(), "application": application.pk}


def grant_extension(move: Move) -> None:
    """Move the limit of the work to what was asked for; the first limit stays on record. Source: R-124."""
    application = agree(move)
    incident = move.incident
    before = _work_clock(incident)
    wanted = application.wanted_limit or incident.due_at
    after = max(wanted, before.due_at if before is not None else wanted)
    _move_limit(move, before, after)
    application.limit_after = after
    incident.extension_count += 1
    settle(move, application, ApplicationState.GRANTED)
    incident.due_at = _nearest(incident) or after
    move.story.reasons.append(
        reason("limit_moved", before=_written(application.limit_before or after), after=_written(after))
    )
    move.story.data |= {"limit_before": str(application.limit_before), "limit_after": after.isoformat()}
    tell_decision(move, application)


def _work_clock(incident: Incident) -> Clock | None:
    rows = Clock.objects.select_for_update().filter(
        incident_id=incident.pk, stopped_at=None, whistle_response=None, kind__in=WORK_CLOCKS
    )
    found: Clock | None = rows.order_by("-due_at").first()
    return found


def _move_limit(move: Move, row: Clock | None, after: datetime) -> None:
    """Let the clock run until then. One that ran out meanwhile has done its work: a new one goes on."""
    if row is None or row.stage >= RUN_OUT:
        kind = ClockKind.RECTIFY if move.before is State.RECTIFYING else ClockKind.RESOLVE
        if row is not None:
            kind = ClockKind(row.kind)
            Clock.objects.filter(pk=row.pk).update(stopped_at=move.at, fires_at=None)
        _start_until(move, kind, after, limit="" if row is None else row.limit)
        return
    row.original_due_at = row.original_due_at or row.due_at
    row.due_at = after
    calendar = rulebook().calendar_of(row.organization_id)
    warned = row.stage > 0
    row.warn_at = row.warn_at if warned else _within(row.started_at, after, move.at, row, calendar)
    row.fires_at = after if warned else row.warn_at
    row.save(update_fields=["original_due_at", "due_at", "warn_at", "fires_at"])


def _start_until(move: Move, kind: ClockKind, after: datetime, *, limit: str) -> None:
    incident = move.incident
    row = Clock(
        incident=incident,
        organization_id=incident.owner_organization_id,
        kind=kind,
        started_at=move.at,
        due_at=after,
        limit=limit,
    )
    row.warn_at = _within(move.at, after, move.at, row, rulebook().calendar_of(row.organization_id))
    row.fires_at = row.warn_at
    row.save()


def _within(start: datetime, due: datetime, at: datetime, row: Clock, calendar: Any) -> datetime:
    return min(max(at, warn_at(start, due, calendar, row.unit)), due)


def _nearest(incident: Incident) -> datetime | None:
    rows = Clock.objects.filter(incident_id=incident.pk, stopped_at=None, whistle_response=None)
    found: datetime | None = rows.order_by("due_at").values_list("due_at", flat=True).first()
    return found


def _moment(value: Any) -> datetime:
    """Return the moment given as such, or as text; a bare day means its end. Raises Invalid."""
    found = value if isinstance(value, datetime) else _read(str(value))
    if found is None:
        raise Invalid(
            "moment_unreadable",
            _("Please give day and time, for example 2026-12-01 18:00."),
            field="wanted_limit",
        )
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def _read(text: str) -> datetime | None:
    try:
        day = parse_date(text.strip())
        if day is not None:
            return datetime.combine(day, time(23, 59))
        return parse_datetime(text.strip())
    except ValueError:
        return None


def _written(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
