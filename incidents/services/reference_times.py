"""Loading what time is counted by: holidays, shifts, the city's week, quiet hours, and the ladders."""

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

import chinese_calendar
from chinese_calendar import Holiday

from incidents.models import QuietHours, UnitCalendar, WorkShift
from incidents.rules.calendar import OFFICE_SHIFTS
from incidents.rules.vocabulary import ClockKind, Colour, DayKind, Level

_NIGHT = (time(22), time(7))


def calendar_days(years: Iterable[int]) -> tuple[list[dict[str, Any]], tuple[int, ...]]:
    """Return the days that differ from the weekly pattern, and the years nobody has announced yet.

    The library only seeds the table: for an unknown year the weekly pattern holds until staff fill it in.
    """
    known = {day.year for day in (*chinese_calendar.constants.holidays, *chinese_calendar.constants.workdays)}
    wanted = set(years)
    rows = [
        {"calendar_id": None, "day": day, "kind": kind, "name": Holiday(name).chinese}
        for kind, table in (
            (DayKind.REST, chinese_calendar.constants.holidays),
            (DayKind.WORK, chinese_calendar.constants.workdays),
        )
        for day, name in table.items()
        if day.year in wanted and _differs(day, kind)
    ]
    return rows, tuple(sorted(wanted - known))


def _differs(day: date, kind: DayKind) -> bool:
    # Weekend days inside a holiday are kept as well: they name the holiday.
    return kind is DayKind.REST or day.weekday() >= 5


def ladder_rows(content: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    """Return the ladders of the file as columns; KeyError or ValueError for a broken one."""
    for row in content:
        yield {
            "colour": Colour(row["colour"]).value if "colour" in row else "",
            "rungs": [Level(level).value for level in row["rungs"]],
            "told": [Level(level).value for level in row.get("told", ())],
        }


def step_rows(content: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    """Return the ladders' steps as columns; KeyError or ValueError for a broken one."""
    for row in content:
        yield {
            "colour": Colour(row["colour"]).value if "colour" in row else "",
            "clock_kind": ClockKind(row["clock"]).value if "clock" in row else "",
            "step": row["step"],
            "at_percent": row["at_percent"],
            "rises": row.get("rises", False),
            "tell_next": row.get("tell_next", False),
            "told": [Level(level).value for level in row.get("told", ())],
        }


def load_times() -> None:
    """Add the city's week, office hours and quiet hours where there are none; staff own them afterwards."""
    if not UnitCalendar.objects.filter(organization=None).exists():
        UnitCalendar.objects.create()
    if not WorkShift.objects.filter(calendar=None).exists():
        WorkShift.objects.bulk_create(
            [WorkShift(starts_at=shift.start, ends_at=shift.end) for shift in OFFICE_SHIFTS]
        )
    if not QuietHours.objects.filter(organization=None).exists():
        start, end = _NIGHT
        QuietHours.objects.create(starts_at=start, ends_at=end)
