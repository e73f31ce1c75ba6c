"""Working time: which days are worked, and which hours of a day, on the wall clock of one time zone.

A working day always has the same shifts, so working time is counted in whole days by position in the sorted
list of a year's working days, plus the time within the first and the last day. Those lists are made once per
calendar and year.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

from incidents.rules.vocabulary import DayKind

_MIDNIGHT = time()
_LAST_ORDINAL = date.max.toordinal()
_YEARS_SEARCHED = 30  # a limit is at most three years; more means a calendar without working days


class NoWorkingTimeError(ValueError):
    """The calendar has too few working days to hold the limit."""


class Shift(NamedTuple):
    """One unbroken stretch of work within a day."""

    start: time
    end: time


OFFICE_SHIFTS: tuple[Shift, ...] = (Shift(time(8, 30), time(12)), Shift(time(14, 30), time(18)))
MONDAY_TO_FRIDAY: frozenset[int] = frozenset(range(5))
SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, eq=False)
class WorkCalendar:
    """A weekly pattern, the dates that differ from it (holidays, worked weekends), shifts and a time zone.

    A year without any row in `day_kinds` follows the weekly pattern and is named by missing_years().
    Raises ValueError for shifts that are empty, unordered or overlapping, and for an empty week.
    Source: R-32.
    """

    day_kinds: Mapping[date, DayKind] = field(default_factory=dict)
    weekly: frozenset[int] = MONDAY_TO_FRIDAY
    shifts: tuple[Shift, ...] = OFFICE_SHIFTS
    tz: tzinfo = SHANGHAI
    _working_days: dict[int, list[int]] = field(init=False, repr=False, default_factory=dict)
    _known_years: frozenset[int] = field(init=False, repr=False)
    _spans: tuple[tuple[timedelta, timedelta], ...] = field(init=False, repr=False)
    day_length: timedelta = field(init=False)

    def __post_init__(self) -> None:
        edges = [edge for shift in self.shifts for edge in shift]
        if not edges or any(before >= after for before, after in pairwise(edges)):
            raise ValueError("shifts must be given, ordered and apart")
        if not self.weekly or not self.weekly <= frozenset(range(7)):
            raise ValueError("a week needs working days, numbered 0 (Monday) to 6")
        spans = tuple((_since_midnight(shift.start), _since_midnight(shift.end)) for shift in self.shifts)
        object.__setattr__(self, "day_kinds", MappingProxyType(dict(self.day_kinds)))
        object.__setattr__(self, "_known_years", frozenset(day.year for day in self.day_kinds))
        object.__setattr__(self, "_spans", spans)
        object.__setattr__(self, "day_length", sum((end - start for start, end in spans), timedelta()))

    def is_working_day(self, day: date) -> bool:
        """Tell whether a date is worked: its row if it has one, else the weekly pattern."""
        kind = self.day_kinds.get(day)
        return day.weekday() in self.weekly if kind is None else kind is DayKind.WORK

    def missing_years(self, first: datetime, last: datetime) -> tuple[int, ...]:
        """Name the years between two moments for which only the weekly pattern is known."""
        years = range(self.local(first).year, self.local(last).year + 1)
        return tuple(year for year in years if year not in self._known_years)

    def local(self, moment: datetime) -> datetime:
        """Return the wall-clock time without zone; ValueError for a moment that has no zone."""
        if moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return moment.astimezone(self.tz).replace(tzinfo=None)

    def aware(self, wall: datetime) -> datetime:
        """Return the moment of a wall-clock time."""
        return wall.replace(tzinfo=self.tz)

    def next_working_moment(self, moment: datetime) -> datetime:
        """Return the moment itself when it lies in working time (its end excluded), else the next start."""
        wall = self.local(moment)
        day, offset = wall.date(), wall - datetime.combine(wall.date(), _MIDNIGHT)
        if self.is_working_day(day):
            for start, end in self._spans:
                if offset < end:
                    return self.aware(datetime.combine(day, _MIDNIGHT) + max(start, offset))
        ordinal = self._working_day(day.toordinal() + 1, 0)
        return self.aware(_at(ordinal, self._spans[0][0]))

    def close_of_day_after(self, moment: datetime, days: int) -> datetime:
        """Return the close of the n-th working day after the day of the next working moment."""
        first = self.local(self.next_working_moment(moment)).toordinal()
        return self.aware(_at(self._working_day(first, days), self._spans[-1][1]))

    def add(self, moment: datetime, work: timedelta) -> datetime:
        """Return the earliest moment at which that much (more than none) has been worked since `moment`."""
        wall = self.local(moment)
        today = wall.toordinal()
        total = work
        if self.is_working_day(wall.date()):
            total += self._worked_before(wall - _at(today, timedelta()))
        days, rest = divmod(total, self.day_length)
        if not rest:  # the close of one working day comes before the start of the next
            days, rest = days - 1, self.day_length
        return self.aware(_at(self._working_day(today, days), self._offset_after(rest)))

    def worked_between(self, first: datetime, last: datetime) -> timedelta:
        """Return the working time from first to last; negative when last comes before first."""
        if last < first:
            return -self.worked_between(last, first)
        start, end = self.local(first), self.local(last)
        return self._worked_since_new_year(end, start.year) - self._worked_since_new_year(start, start.year)

    def _worked_since_new_year(self, wall: datetime, year: int) -> timedelta:
        days = sum(len(self._days_of(full)) for full in range(year, wall.year))
        days += bisect_left(self._days_of(wall.year), wall.toordinal())
        worked = days * self.day_length
        if self.is_working_day(wall.date()):
            worked += self._worked_before(wall - _at(wall.toordinal(), timedelta()))
        return worked

    def _worked_before(self, offset: timedelta) -> timedelta:
        """Return the working time of a working day before an offset from midnight."""
        return sum((min(end, offset) - start for start, end in self._spans if offset > start), timedelta())

    def _offset_after(self, worked: timedelta) -> timedelta:
        """Return the offset from midnight at which that much of a working day has been worked."""
        left = worked
        for start, end in self._spans:
            if left <= end - start:
                return start + left
            left -= end - start
        return self._spans[-1][1]

    def _working_day(self, ordinal: int, later: int) -> int:
        """Return the n-th working day after the first one on or after a day, both as ordinals."""
        year = date.fromordinal(min(ordinal, _LAST_ORDINAL)).year
        days = self._days_of(year)
        position = bisect_left(days, ordinal) + later
        for _ in range(_YEARS_SEARCHED):
            if position < len(days):
                return days[position]
            position -= len(days)
            year += 1
            days = self._days_of(year)
        raise NoWorkingTimeError

    def _days_of(self, year: int) -> list[int]:
        days = self._working_days.get(year)
        if days is None:
            if year > date.max.year:
                raise NoWorkingTimeError
            first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
            days = [day for day in range(first, last + 1) if self.is_working_day(date.fromordinal(day))]
            self._working_days[year] = days
        return days


def _since_midnight(clock: time) -> timedelta:
    return datetime.combine(date.min, clock) - datetime.combine(date.min, _MIDNIGHT)


def _at(ordinal: int, offset: timedelta) -> datetime:
    return datetime.fromordinal(ordinal) + offset
