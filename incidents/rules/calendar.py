"""Working time: which days are worked, and which hours of a day, on the wall clock of one time zone.

For every year the working days are listed once, each with the time worked before it, so that a position in
working time is found by halving and not by counting days.
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
_NOTHING = timedelta()
_LAST_ORDINAL = date.max.toordinal()
_YEARS_SEARCHED = 30  # a limit is at most three years; more means a calendar without working days
Spans = tuple[tuple[timedelta, timedelta], ...]


class NoWorkingTimeError(ValueError):
    """The calendar has too few working days to hold the limit."""


class Shift(NamedTuple):
    """One unbroken stretch of work within a day."""

    start: time
    end: time


Shifts = tuple[Shift, ...]
OFFICE_SHIFTS: Shifts = (Shift(time(8, 30), time(12)), Shift(time(14, 30), time(18)))
MONDAY_TO_FRIDAY: frozenset[int] = frozenset(range(5))
SHANGHAI = ZoneInfo("Asia/Shanghai")


class _Year(NamedTuple):
    """The working days of a year as ordinals, the time worked before each, and in the whole year."""

    days: list[int]
    before: list[timedelta]
    total: timedelta


@dataclass(frozen=True, eq=False)
class WorkCalendar:
    """A weekly pattern, the dates that differ from it (holidays, worked weekends), shifts and a time zone.

    A weekday in `by_weekday` has shifts of its own; a day that is worked because of its row (调休) always has
    the usual `shifts`. A year without any row in `day_kinds` follows the weekly pattern and is named by
    missing_years(). Raises ValueError for shifts that are empty, unordered or overlapping, and for an empty
    week. Source: R-32, R-81.
    """

    day_kinds: Mapping[date, DayKind] = field(default_factory=dict)
    weekly: frozenset[int] = MONDAY_TO_FRIDAY
    shifts: Shifts = OFFICE_SHIFTS
    by_weekday: Mapping[int, Shifts] = field(default_factory=dict)
    tz: tzinfo = SHANGHAI
    _years: dict[int, _Year] = field(init=False, repr=False, default_factory=dict)
    _known_years: frozenset[int] = field(init=False, repr=False)
    _usual: Spans = field(init=False, repr=False)
    _of_weekday: tuple[Spans, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not self.weekly or not self.weekly <= frozenset(range(7)):
            raise ValueError("a week needs working days, numbered 0 (Monday) to 6")
        usual = _spans(self.shifts)
        own = {weekday: _spans(shifts) for weekday, shifts in self.by_weekday.items()}
        object.__setattr__(self, "day_kinds", MappingProxyType(dict(self.day_kinds)))
        object.__setattr__(self, "by_weekday", MappingProxyType(dict(self.by_weekday)))
        object.__setattr__(self, "_known_years", frozenset(day.year for day in self.day_kinds))
        object.__setattr__(self, "_usual", usual)
        object.__setattr__(self, "_of_weekday", tuple(own.get(weekday, usual) for weekday in range(7)))

    def is_working_day(self, day: date) -> bool:
        """Tell whether a date is worked: its row if it has one, else the weekly pattern."""
        kind = self.day_kinds.get(day)
        return day.weekday() in self.weekly if kind is None else kind is DayKind.WORK

    def is_working_time(self, moment: datetime) -> bool:
        """Tell whether a moment lies in working time; the end of a shift does not."""
        wall = self.local(moment)
        offset = wall - datetime.combine(wall.date(), _MIDNIGHT)
        return any(start <= offset < end for start, end in self._spans_of(wall.date()))

    def working_spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """Return the working stretches of a day as moments, in order; none of a day that is not worked."""
        midnight = datetime.combine(day, _MIDNIGHT)
        return [
            (self.aware(midnight + start), self.aware(midnight + end)) for start, end in self._spans_of(day)
        ]

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
        for start, end in self._spans_of(day):
            if offset < end:
                return self.aware(datetime.combine(day, _MIDNIGHT) + max(start, offset))
        ordinal = self._working_day(day.toordinal() + 1, 0)
        return self.aware(_at(ordinal, self._spans_of(date.fromordinal(ordinal))[0][0]))

    def close_of_day_after(self, moment: datetime, days: int) -> datetime:
        """Return the close of the n-th working day after the day of the next working moment."""
        first = self.local(self.next_working_moment(moment)).toordinal()
        ordinal = self._working_day(first, days)
        return self.aware(_at(ordinal, self._spans_of(date.fromordinal(ordinal))[-1][1]))

    def add(self, moment: datetime, work: timedelta) -> datetime:
        """Return the earliest moment at which that much (more than none) has been worked since `moment`."""
        wall = self.local(moment)
        year = wall.year
        left = work + self._worked_since_new_year(wall, year)
        for _ in range(_YEARS_SEARCHED):
            worked = self._year(year)
            if left <= worked.total:
                # The close of one working day comes before the start of the next.
                position = bisect_left(worked.before, left) - 1
                ordinal = worked.days[position]
                offset = _offset_after(
                    self._spans_of(date.fromordinal(ordinal)), left - worked.before[position]
                )
                return self.aware(_at(ordinal, offset))
            left -= worked.total
            year += 1
        raise NoWorkingTimeError

    def worked_between(self, first: datetime, last: datetime) -> timedelta:
        """Return the working time from first to last; negative when last comes before first."""
        if last < first:
            return -self.worked_between(last, first)
        start, end = self.local(first), self.local(last)
        return self._worked_since_new_year(end, start.year) - self._worked_since_new_year(start, start.year)

    def _worked_since_new_year(self, wall: datetime, year: int) -> timedelta:
        worked = sum((self._year(full).total for full in range(year, wall.year)), _NOTHING)
        this = self._year(wall.year)
        position = bisect_left(this.days, wall.toordinal())
        worked += this.before[position] if position < len(this.days) else this.total
        return worked + _worked_before(self._spans_of(wall.date()), wall - _at(wall.toordinal(), _NOTHING))

    def _spans_of(self, day: date) -> Spans:
        """Return the shifts of a day, none for one that is not worked."""
        kind = self.day_kinds.get(day)
        if kind is not None:
            return self._usual if kind is DayKind.WORK else ()
        weekday = day.weekday()
        return self._of_weekday[weekday] if weekday in self.weekly else ()

    def _working_day(self, ordinal: int, later: int) -> int:
        """Return the n-th working day after the first one on or after a day, both as ordinals."""
        year = date.fromordinal(min(ordinal, _LAST_ORDINAL)).year
        days = self._year(year).days
        position = bisect_left(days, ordinal) + later
        for _ in range(_YEARS_SEARCHED):
            if position < len(days):
                return days[position]
            position -= len(days)
            year += 1
            days = self._year(year).days
        raise NoWorkingTimeError

    def _year(self, year: int) -> _Year:
        found = self._years.get(year)
        if found is None:
            if year > date.max.year:
                raise NoWorkingTimeError
            found = self._years[year] = self._count(year)
        return found

    def _count(self, year: int) -> _Year:
        days, before, total = [], [], _NOTHING
        for ordinal in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1):
            spans = self._spans_of(date.fromordinal(ordinal))
            if spans:
                days.append(ordinal)
                before.append(total)
                total += sum((end - start for start, end in spans), _NOTHING)
        return _Year(days, before, total)


def _spans(shifts: Shifts) -> Spans:
    edges = [edge for shift in shifts for edge in shift]
    if not edges or any(first >= second for first, second in pairwise(edges)):
        raise ValueError("shifts must be given, ordered and apart")
    return tuple((_since_midnight(shift.start), _since_midnight(shift.end)) for shift in shifts)


def _worked_before(spans: Spans, offset: timedelta) -> timedelta:
    """Return the working time of a day before an offset from midnight."""
    return sum((min(end, offset) - start for start, end in spans if offset > start), _NOTHING)


def _offset_after(spans: Spans, worked: timedelta) -> timedelta:
    """Return the offset from midnight at which that much of a working day has been worked."""
    left = worked
    for start, end in spans:
        if left <= end - start:
            return start + left
        left -= end - start
    return spans[-1][1]


def _since_midnight(clock: time) -> timedelta:
    return datetime.combine(date.min, clock) - datetime.combine(date.min, _MIDNIGHT)


def _at(ordinal: int, offset: timedelta) -> datetime:
    return datetime.fromordinal(ordinal) + offset
