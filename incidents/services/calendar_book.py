"""Reading the working calendars: the city's, and what other units work by instead."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from incidents.models import CalendarDay, UnitCalendar, WorkShift
from incidents.rules.calendar import MONDAY_TO_FRIDAY, OFFICE_SHIFTS, Shift, Shifts, WorkCalendar
from incidents.rules.calendars import CalendarRows, inherit, nearest, unusable
from incidents.rules.reasons import Reason
from incidents.rules.vocabulary import DayKind
from organizations.models import Organization

Row = TypeVar("Row", CalendarDay, WorkShift)


@dataclass(frozen=True, slots=True)
class Calendars:
    """The city's calendar, that of every unit which works by another one, and rows that cannot be used."""

    city: WorkCalendar
    units: Mapping[int, WorkCalendar]
    broken: tuple[tuple[str, Reason], ...]


def read_calendars() -> Calendars:
    """Return every calendar; three queries, a fourth where a unit has one of its own. Source: R-81.

    A unit's calendar that makes no working day is reported and the one above it holds.
    """
    rows = list(UnitCalendar.objects.select_related("organization"))
    days = _by_calendar(CalendarDay.objects.all())
    shifts = _by_calendar(WorkShift.objects.order_by("starts_at"))
    own_week = next((row for row in rows if row.organization_id is None), None)
    weekly = MONDAY_TO_FRIDAY if own_week is None else frozenset(own_week.weekdays)
    plain = WorkCalendar(shifts=OFFICE_SHIFTS)
    city = inherit(_rows(weekly, days.get(None, ()), shifts.get(None, ())), plain)
    units = {row.organization_id: row for row in rows if row.organization_id is not None}
    if not units:
        return Calendars(city, {}, ())
    parents = dict(Organization.objects.values_list("pk", "parent_id"))
    own: dict[int, WorkCalendar] = {}
    broken = []
    for unit in sorted(units, key=lambda pk: len(_line(pk, parents))):
        row = units[unit]
        above = next((own[one] for one in _line(unit, parents) if one in own), city)
        try:
            kept = _rows(frozenset(row.weekdays), days.get(row.pk, ()), shifts.get(row.pk, ()))
            own[unit] = inherit(kept, above)
        except ValueError:
            broken.append((str(row), unusable(str(row))))
    return Calendars(city, nearest(parents, own), tuple(broken))


def _line(unit: int, parents: Mapping[int, int | None]) -> list[int]:
    """Return the units above one, nearest first."""
    found = []
    above = parents.get(unit)
    while above is not None and above not in found:
        found.append(above)
        above = parents.get(above)
    return found


def _rows(weekly: frozenset[int], days: Iterable[CalendarDay], shifts: Iterable[WorkShift]) -> CalendarRows:
    usual: Shifts = ()
    by_weekday: dict[int, Shifts] = {}
    for row in shifts:
        shift = Shift(row.starts_at, row.ends_at)
        if row.weekday is None:
            usual += (shift,)
        else:
            by_weekday[row.weekday] = (*by_weekday.get(row.weekday, ()), shift)
    kinds: dict[date, DayKind] = {row.day: DayKind(row.kind) for row in days}
    return CalendarRows(weekly=weekly, days=kinds, shifts=usual, by_weekday=by_weekday)


def _by_calendar(rows: Iterable[Row]) -> dict[int | None, list[Row]]:
    found: dict[int | None, list[Row]] = {}
    for row in rows:
        found.setdefault(row.calendar_id, []).append(row)
    return found
