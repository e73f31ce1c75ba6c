"""Filling a calendar: a year's days from a table of text, and a unit's own copy of the city's."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from io import StringIO

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from core.actor import Actor
from core.errors import DomainError, Invalid
from core.locks import LockName, lock_for_transaction
from incidents.models import CalendarDay, UnitCalendar, WorkShift
from incidents.rules.vocabulary import DayKind
from incidents.services.rule_checks import check_rule_row
from incidents.services.rulebook import forget_rulebook
from organizations.policies import require_city

logger = structlog.get_logger(__name__)
LONGEST = 400  # rows; a year has no more days
_KINDS = {
    "rest": DayKind.REST,
    "休": DayKind.REST,
    "休息": DayKind.REST,
    "放假": DayKind.REST,
    "work": DayKind.WORK,
    "班": DayKind.WORK,
    "上班": DayKind.WORK,
    "调休上班": DayKind.WORK,
}
_HEADINGS = frozenset({"day", "date", "日期"})


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that was left out: its line in the text, and why."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Imported:
    """How many rows were added or changed, how many were there already, and which were left out."""

    saved: int
    unchanged: int
    errors: tuple[RowError, ...]


def calendar_import(*, actor: Actor, calendar: UnitCalendar | None, year: int, text: str) -> Imported:
    """Save the days of a year, row by row: `2027-01-01,休,元旦`; a bad row is reported, the others are kept.

    None is the city's calendar. Raises Invalid for a text without rows or with more than a year can have,
    Denied without the permission for the whole city. Source: R-84.
    """
    rows = list(enumerate(csv.reader(StringIO(text.strip().lstrip("\ufeff"))), start=1))
    rows = [(line, row) for line, row in rows if any(row) and row[0].strip().lower() not in _HEADINGS]
    if not rows or len(rows) > LONGEST:
        raise Invalid("calendar_text_empty", _("Give one row for each day, at most 400."), field="text")
    with transaction.atomic():
        lock_for_transaction(LockName.REFERENCE_LOAD)
        require_city(actor, "incidents.add_calendarday")
        known = {row.day: row for row in CalendarDay.objects.filter(calendar=calendar, day__year=year)}
        saved, unchanged, errors = 0, 0, []
        for line, cells in rows:
            try:
                changed = _save(calendar, year, cells, known)
            except DomainError as error:
                errors.append(RowError(line, str(error.message)))
            else:
                saved, unchanged = saved + changed, unchanged + (not changed)
        transaction.on_commit(forget_rulebook)
    logger.info("calendar imported", year=year, saved=saved, refused=len(errors), actor_id=actor.user_id)
    return Imported(saved, unchanged, tuple(errors))


def calendar_copy(*, actor: Actor, calendar: UnitCalendar, years: Iterable[int]) -> int:
    """Give a unit's calendar its own copy of the city's days and shifts, to be changed; return how many rows.

    Days and shifts it has already stay. Raises Invalid for the city's own calendar.
    """
    if calendar.organization_id is None:
        raise Invalid("calendar_is_the_citys", _("This is the city's own calendar."), field="organization")
    with transaction.atomic():
        lock_for_transaction(LockName.REFERENCE_LOAD)
        require_city(actor, "incidents.change_unitcalendar")
        own = set(calendar.days.values_list("day", flat=True))
        days = [
            CalendarDay(calendar=calendar, day=row.day, kind=row.kind, name=row.name, edited_locally=True)
            for row in CalendarDay.objects.filter(calendar=None, day__year__in=list(years))
            if row.day not in own
        ]
        shifts = []
        if not calendar.shifts.exists():
            shifts = [
                WorkShift(
                    calendar=calendar, weekday=row.weekday, starts_at=row.starts_at, ends_at=row.ends_at
                )
                for row in WorkShift.objects.filter(calendar=None)
            ]
        CalendarDay.objects.bulk_create(days)
        WorkShift.objects.bulk_create(shifts)
        transaction.on_commit(forget_rulebook)
    logger.info("calendar copied", calendar_id=calendar.pk, rows=len(days), actor_id=actor.user_id)
    return len(days) + len(shifts)


def _save(calendar: UnitCalendar | None, year: int, cells: list[str], known: dict[date, CalendarDay]) -> bool:
    """Add or change one day; return whether anything changed."""
    written, kind, name = [cell.strip() for cell in (*cells, "", "", "")[:3]]
    try:
        day = date.fromisoformat(written)
    except ValueError as error:
        raise Invalid("day_unreadable", _("Write the date like 2027-01-01."), field="text") from error
    if day.year != year:
        raise Invalid("day_of_other_year", _("This day lies in another year."), field="text")
    if kind.lower() not in _KINDS:
        raise Invalid("day_kind_unknown", _("Say 休 for a day off or 班 for a worked day."), field="text")
    row = known.get(day) or CalendarDay(calendar=calendar, day=day)
    before = (row.pk is not None, row.kind, row.name)
    row.kind, row.name = _KINDS[kind.lower()], name
    if before == (True, row.kind, row.name):
        return False
    check_rule_row(row)
    row.edited_locally = True
    row.save()
    known[day] = row
    return True
