"""Limits, warnings, pauses and reminders on any calendar against a slow count, one minute after the other."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from incidents.rules.calendar import SHANGHAI, Shift, WorkCalendar
from incidents.rules.calendars import CalendarRows, inherit
from incidents.rules.deadlines import due_at, left_until, moved_on, reminder_at, warn_at
from incidents.rules.durations import Limit
from incidents.rules.roster import gaps, resting_spans
from incidents.rules.vocabulary import DayKind, Unit

MINUTE = timedelta(minutes=1)
FIRST = date(2026, 9, 14)  # the holiday week of October and both worked weekends lie within
DAYS = 40
WORKING = (Unit.WORKING_HOURS, Unit.WORKING_DAYS)


# --- the reference: a set of worked minutes, and counting -------------------------------------------------


@dataclass(frozen=True)
class Slow:
    """Every minute that is worked in a stretch long enough for all limits below, listed one by one."""

    worked: frozenset[datetime]

    def works(self, wall):
        return wall in self.worked

    def after_work(self, wall, minutes):
        """The moment at which that many minutes have been worked."""
        while minutes:
            minutes -= self.works(wall)
            wall += MINUTE
        return wall

    def close_after(self, wall, days):
        """The end of the last worked minute of the n-th working day after the first one."""
        while not self.works(wall):
            wall += MINUTE
        day = wall.date()
        for _ in range(days):
            wall = datetime.combine(day + timedelta(days=1), time())
            while not self.works(wall):
                wall += MINUTE
            day = wall.date()
        minutes = [wall for wall in self.worked if wall.date() == day]
        return max(minutes) + MINUTE

    def between(self, first, last):
        count = 0
        while first < last:
            count += self.works(first)
            first += MINUTE
        return count


def slow(calendar):
    """List the worked minutes by what the rows say of each day, without the calendar's own counting."""
    worked = set()
    for number in range(4 * DAYS):
        day = FIRST + timedelta(days=number)
        kind = calendar.day_kinds.get(day)
        if kind is DayKind.REST or (kind is None and day.weekday() not in calendar.weekly):
            continue
        own = calendar.by_weekday.get(day.weekday(), calendar.shifts)
        for shift in calendar.shifts if kind is DayKind.WORK else own:
            wall = datetime.combine(day, shift.start)
            while wall < datetime.combine(day, shift.end):
                worked.add(wall)
                wall += MINUTE
    return Slow(frozenset(worked))


# --- any calendar: lunch or none, Saturdays or none, short Saturdays, holidays, worked weekends -----------

SHIFTS = st.sampled_from(
    [
        (Shift(time(8, 30), time(12)), Shift(time(14, 30), time(18))),
        (Shift(time(9), time(17)),),
        (Shift(time(8), time(11, 30)), Shift(time(13), time(17)), Shift(time(19), time(20, 15))),
        (Shift(time(0, 1), time(0, 40)), Shift(time(23), time(23, 59))),
    ]
)
HALF_DAY = (Shift(time(9), time(11)),)
CALENDARS = st.builds(
    WorkCalendar,
    day_kinds=st.dictionaries(
        st.integers(0, DAYS).map(lambda number: FIRST + timedelta(days=number)),
        st.sampled_from(list(DayKind)),
        max_size=14,
    ),
    weekly=st.sampled_from([frozenset(range(5)), frozenset(range(6)), frozenset(range(7)), frozenset({2})]),
    shifts=SHIFTS,
    by_weekday=st.sampled_from([{}, {5: HALF_DAY}, {0: HALF_DAY, 4: HALF_DAY}]),
)
MOMENTS = st.integers(0, 20 * 1440).map(
    lambda number: datetime.combine(FIRST, time(), SHANGHAI) + number * MINUTE
)
LIMITS = st.one_of(
    st.builds(Limit, st.integers(1, 72), st.just(Unit.HOURS)),
    st.builds(Limit, st.integers(1, 20), st.just(Unit.WORKING_HOURS)),
    st.builds(Limit, st.integers(1, 6), st.just(Unit.WORKING_DAYS)),
    st.builds(Limit, st.integers(1, 9), st.just(Unit.CALENDAR_DAYS)),
)


def local(moment):
    return moment.astimezone(SHANGHAI).replace(tzinfo=None)


def slow_due(start, limit, count):
    wall = local(start)
    if limit.unit is Unit.HOURS:
        return wall + limit.minutes * MINUTE
    if limit.unit is Unit.CALENDAR_DAYS:
        return wall + timedelta(days=limit.days)
    if limit.unit is Unit.WORKING_HOURS:
        return count.after_work(wall, limit.minutes)
    return count.close_after(wall, limit.days)


def slow_left(moment, at, unit, count):
    if unit in WORKING:
        return count.between(local(at), local(moment)) * MINUTE
    return moment - at


@settings(max_examples=120, deadline=None)
@given(calendar=CALENDARS, start=MOMENTS, limit=LIMITS)
def test_every_limit_on_every_calendar_runs_out_where_counting_says(calendar, start, limit):
    assert local(due_at(start, limit, calendar)) == slow_due(start, limit, slow(calendar))


@settings(max_examples=80, deadline=None)
@given(calendar=CALENDARS, start=MOMENTS, limit=LIMITS, share=st.sampled_from([0.5, 0.8, 1.0]))
def test_the_warning_leaves_the_rest_of_the_limit(calendar, start, limit, share):
    count = slow(calendar)
    due = due_at(start, limit, calendar)
    warn = warn_at(start, due, calendar, limit.unit, share)
    whole = slow_left(due, start, limit.unit, count)
    used = slow_left(warn, start, limit.unit, count)
    assert start <= warn <= due or not whole
    assert abs(used - whole * share) <= MINUTE


@settings(max_examples=120, deadline=None)
@given(
    calendar=CALENDARS,
    start=MOMENTS,
    limit=LIMITS,
    pauses=st.lists(st.tuples(st.integers(1, 2000), st.integers(0, 6000)), min_size=1, max_size=3),
)
def test_after_any_pauses_as_much_is_left_as_was(calendar, start, limit, pauses):
    count = slow(calendar)
    due, at = due_at(start, limit, calendar), start
    for running, standing in pauses:
        paused = at + running * MINUTE
        at = paused + standing * MINUTE
        moved = moved_on(due, paused=paused, resumed=at, calendar=calendar, unit=limit.unit)
        if due <= paused or not standing:
            assert moved == due
            continue
        left = slow_left(due, paused, limit.unit, count)
        assert left_until(due, paused, calendar, limit.unit) == left
        assert slow_left(moved, at, limit.unit, count) == left
        assert moved >= due
        due = moved


@settings(max_examples=80, deadline=None)
@given(calendar=CALENDARS, start=MOMENTS, limit=LIMITS, percent=st.sampled_from([120, 150, 200]))
def test_reminders_come_at_their_share_of_the_limit(calendar, start, limit, percent):
    count = slow(calendar)
    due = due_at(start, limit, calendar)
    reminded = reminder_at(due, limit=(start, due), percent=percent, calendar=calendar, unit=limit.unit)
    # The slow count goes no further than its own days.
    assume(local(reminded).date() < FIRST + timedelta(days=4 * DAYS))
    whole = slow_left(due, start, limit.unit, count)
    assert abs(slow_left(reminded, due, limit.unit, count) - whole * (percent - 100) / 100) <= MINUTE
    assert reminded >= due


@settings(max_examples=80, deadline=None)
@given(calendar=CALENDARS, start=MOMENTS, hours=st.integers(1, 200))
def test_resting_time_is_all_that_is_not_worked(calendar, start, hours):
    count, end = slow(calendar), start + timedelta(hours=hours)
    spans = resting_spans(start, end, calendar)
    resting = sum(((last - first) for first, last in spans), timedelta())
    assert resting == end - start - count.between(local(start), local(end)) * MINUTE
    assert all(first < last for first, last in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    for first, last in spans:
        assert not calendar.is_working_time(first)
        assert not calendar.is_working_time(last - MINUTE)


@settings(max_examples=100, deadline=None)
@given(calendar=CALENDARS, moment=MOMENTS)
def test_working_time_is_what_the_minutes_say(calendar, moment):
    assert calendar.is_working_time(moment) == slow(calendar).works(local(moment))


@settings(max_examples=60, deadline=None)
@given(
    duties=st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 900)), max_size=5),
    shortest=st.sampled_from([0, 60]),
)
def test_gaps_of_the_roster_are_the_resting_minutes_nobody_covers(duties, shortest):
    start = datetime(2026, 9, 18, 12, 0, tzinfo=SHANGHAI)
    end = start + timedelta(days=2)
    covered = [(start + first * MINUTE, start + (first + length) * MINUTE) for first, length in duties]
    calendar = WorkCalendar()
    resting = resting_spans(start, end, calendar)
    found = gaps(resting, covered, shortest=timedelta(minutes=shortest))
    assert all(last - first >= timedelta(minutes=shortest) for first, last in found)
    if shortest:
        return
    uncovered = {
        start + number * MINUTE
        for number in range(2 * 1440)
        if not calendar.is_working_time(start + number * MINUTE)
        and not any(first <= start + number * MINUTE < last for first, last in covered)
    }
    listed = {first + number * MINUTE for first, last in found for number in range((last - first) // MINUTE)}
    assert listed == uncovered


@settings(max_examples=100, deadline=None)
@given(above=CALENDARS, own=CALENDARS, moment=MOMENTS, has_shifts=st.booleans())
def test_a_unit_inherits_what_it_does_not_say(above, own, moment, has_shifts):
    rows = CalendarRows(
        weekly=own.weekly,
        days=own.day_kinds,
        shifts=own.shifts if has_shifts else (),
        by_weekday=own.by_weekday,
    )
    made, day = inherit(rows, above), local(moment).date()
    kind = own.day_kinds.get(day, above.day_kinds.get(day))
    works = day.weekday() in own.weekly if kind is None else kind is DayKind.WORK
    assert made.is_working_day(day) == works
    usual = own.shifts if has_shifts else above.shifts
    inherited = {} if has_shifts else above.by_weekday
    special = {**inherited, **own.by_weekday}.get(day.weekday(), usual)
    expected = () if not works else usual if kind is DayKind.WORK else special
    assert [(first.time(), last.time()) for first, last in made.working_spans(day)] == list(expected)
