"""Which calendar a unit works by: its own rows over those of the nearest one above it, the city's last."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from incidents.rules.calendar import Shifts, WorkCalendar
from incidents.rules.reasons import Reason, reason
from incidents.rules.vocabulary import DayKind

Own = TypeVar("Own")


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarRows:
    """What one calendar says itself: its week, its days, its usual shifts and those of single weekdays."""

    weekly: frozenset[int]
    days: Mapping[date, DayKind] = field(default_factory=dict)
    shifts: Shifts = ()
    by_weekday: Mapping[int, Shifts] = field(default_factory=dict)


def inherit(rows: CalendarRows, above: WorkCalendar) -> WorkCalendar:
    """Return the calendar of a unit below another one. Source: R-81.

    Its week is its own. Its days are laid over those above. Usual shifts of its own replace all shifts above;
    without any, only the weekdays it names differ. Raises ValueError where the rows make no working day.
    """
    kept = {} if rows.shifts else above.by_weekday
    return WorkCalendar(
        day_kinds={**above.day_kinds, **rows.days},
        weekly=rows.weekly,
        shifts=rows.shifts or above.shifts,
        by_weekday={**kept, **rows.by_weekday},
        tz=above.tz,
    )


def unusable(calendar: str) -> Reason:
    """Return why a calendar is left out: its rows make no working day."""
    return reason("calendar_unusable", calendar=calendar)


def nearest(parents: Mapping[int, int | None], own: Mapping[int, Own]) -> dict[int, Own]:
    """Return what holds for every unit that has its own or lies below one; `parents` names units above."""
    found: dict[int, Own] = {}
    for unit in parents:
        line: list[int] = []
        one: int | None = unit
        while one is not None and one not in own and one not in found:
            line.append(one)
            one = parents.get(one)
        if one is not None:
            found |= dict.fromkeys([*line, unit], own[one] if one in own else found[one])
    return found
