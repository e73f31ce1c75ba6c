"""Pausing and resuming every limit of an incident, for as long as it is suspended or merged into another."""

from datetime import datetime

from django.db.models import F

from incidents.models import Clock, Incident
from incidents.rules.deadlines import moved_on
from incidents.services.rulebook import Rulebook, rulebook

_MOVED = ("warn_at", "due_at", "fires_at", "original_due_at", "paused_at", "held_fires_at")


def pause_clocks(incident: Incident, at: datetime) -> int:
    """Let none of the incident's limits run on, its called departments' neither; return how many now pause.

    One query, and none of them fires while it pauses. The caller holds the incident's lock. Source: R-80.
    """
    running = Clock.objects.filter(incident_id=incident.pk, stopped_at=None, paused_at=None)
    return running.update(paused_at=at, held_fires_at=F("fires_at"), fires_at=None)


def resume_clocks(incident: Incident, at: datetime) -> list[Clock]:
    """Let paused limits run on with what was left of them, each in its own kind of time and its unit's.

    Sets the incident's `due_at` to the nearest of its own, which the caller saves with it; the caller holds
    its lock. What had come due before the pause but was not taken fires at once. Two queries. Source: R-80.
    """
    rows = list(
        Clock.objects.select_for_update()
        .filter(incident_id=incident.pk, stopped_at=None, paused_at__isnull=False)
        .order_by("pk")
    )
    book = rulebook()
    for row in rows:
        _move_on(row, at, book)
    if rows:
        Clock.objects.bulk_update(rows, _MOVED)
    own = [row.due_at for row in rows if row.whistle_response_id is None]
    if own:
        incident.due_at = min(own)
    return rows


def _move_on(row: Clock, at: datetime, book: Rulebook) -> None:
    paused = row.paused_at
    if paused is None:
        return
    calendar, unit = book.calendar_of(row.organization_id), row.unit

    def later(moment: datetime) -> datetime:
        return moved_on(moment, paused=paused, resumed=at, calendar=calendar, unit=unit)

    due = later(row.due_at)
    if due != row.due_at and row.original_due_at is None:
        row.original_due_at = row.due_at
    row.warn_at, row.due_at = later(row.warn_at), due
    row.fires_at = None if row.held_fires_at is None else later(row.held_fires_at)
    row.paused_at = row.held_fires_at = None
