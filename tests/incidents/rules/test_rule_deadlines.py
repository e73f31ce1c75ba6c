"""Deadlines in four units against hand-made tables and a slow count, minute by minute."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from incidents.rules.calendar import SHANGHAI, NoWorkingTimeError, Shift, WorkCalendar
from incidents.rules.deadlines import due_at, elapsed_ratio, warn_at
from incidents.rules.durations import Limit, parse_limit
from incidents.rules.vocabulary import DayKind, Unit

# National Day 2026 as announced: 1 to 7 October off; Sunday 20 September and Saturday 10 October worked.
HOLIDAYS = {date(2026, 10, day): DayKind.REST for day in range(1, 8)}
CALENDAR = WorkCalendar(
    {**HOLIDAYS, date(2026, 9, 20): DayKind.WORK, date(2026, 10, 10): DayKind.WORK},
)
MINUTE = timedelta(minutes=1)


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        # clock hours run through night, weekend and holiday
        ("2026-11-20 17:50", "30min", "2026-11-20 18:20"),
        ("2026-11-20 23:00", "2h", "2026-11-21 01:00"),
        ("2026-09-30 18:00", "24h", "2026-10-01 18:00"),
        ("2026-12-31 23:30", "1h", "2027-01-01 00:30"),
        # calendar days end at the same time of day
        ("2026-11-20 10:07", "7d", "2026-11-27 10:07"),
        ("2026-02-28 10:00", "1d", "2026-03-01 10:00"),
        ("2028-02-28 10:00", "1d", "2028-02-29 10:00"),
        # working hours: lunch, evening, weekend, holiday, worked weekend
        ("2026-11-20 09:00", "2wh", "2026-11-20 11:00"),
        ("2026-11-20 11:00", "1wh", "2026-11-20 12:00"),
        ("2026-11-20 11:30", "1wh", "2026-11-20 15:00"),
        ("2026-11-20 12:00", "1wh", "2026-11-20 15:30"),
        ("2026-11-20 13:10", "1wh", "2026-11-20 15:30"),
        ("2026-11-20 14:30", "3.5wh", "2026-11-20 18:00"),
        ("2026-11-20 17:00", "2wh", "2026-11-23 09:30"),
        ("2026-11-20 18:00", "1wh", "2026-11-23 09:30"),
        ("2026-11-20 08:00", "7wh", "2026-11-20 18:00"),
        ("2026-11-20 08:30", "14wh", "2026-11-23 18:00"),
        ("2026-11-21 10:00", "4wh", "2026-11-23 15:00"),
        ("2026-09-30 17:00", "2wh", "2026-10-08 09:30"),
        ("2026-10-09 17:00", "2wh", "2026-10-10 09:30"),
        ("2026-10-10 17:00", "2wh", "2026-10-12 09:30"),
        ("2026-09-19 10:00", "1wh", "2026-09-20 09:30"),
        ("2026-12-31 17:30", "1wh", "2027-01-01 09:00"),
        # working days: close of the n-th working day after the day work could begin
        ("2026-11-19 09:00", "1wd", "2026-11-20 18:00"),
        ("2026-11-19 17:59", "1wd", "2026-11-20 18:00"),
        ("2026-11-19 18:00", "1wd", "2026-11-23 18:00"),
        ("2026-11-19 13:00", "1wd", "2026-11-20 18:00"),
        ("2026-11-19 07:00", "1wd", "2026-11-20 18:00"),
        ("2026-11-20 09:00", "1wd", "2026-11-23 18:00"),
        ("2026-11-21 09:00", "1wd", "2026-11-24 18:00"),
        ("2026-11-20 09:00", "5wd", "2026-11-27 18:00"),
        ("2026-09-30 09:00", "1wd", "2026-10-08 18:00"),
        ("2026-10-03 09:00", "1wd", "2026-10-09 18:00"),
        ("2026-10-09 09:00", "1wd", "2026-10-10 18:00"),
        ("2026-10-09 09:00", "2wd", "2026-10-12 18:00"),
        ("2026-12-31 09:00", "1wd", "2027-01-01 18:00"),
        ("2026-11-20 09:00", "750wd", "2029-10-05 18:00"),
    ],
)
def test_due_at(start, limit, due):
    assert due_at(at(start), parse_limit(limit), CALENDAR) == at(due)


@pytest.mark.parametrize("unit", list(Unit))
def test_a_start_in_another_zone_is_the_same_moment_and_the_answer_is_local(unit):
    start = at("2026-11-20 09:00")
    due = due_at(start.astimezone(UTC), Limit(3, unit), CALENDAR)
    assert due == due_at(start, Limit(3, unit), CALENDAR)
    assert due.tzinfo is SHANGHAI


@pytest.mark.parametrize("unit", list(Unit))
def test_a_start_without_zone_is_refused(unit):
    with pytest.raises(ValueError, match="time zone"):
        due_at(at("2026-11-20 09:00").replace(tzinfo=None), Limit(1, unit), CALENDAR)


@pytest.mark.parametrize(
    ("moment", "begin"),
    [
        ("2026-11-20 08:29", "2026-11-20 08:30"),
        ("2026-11-20 08:30", "2026-11-20 08:30"),
        ("2026-11-20 11:59", "2026-11-20 11:59"),
        ("2026-11-20 12:00", "2026-11-20 14:30"),
        ("2026-11-20 17:59", "2026-11-20 17:59"),
        ("2026-11-20 18:00", "2026-11-23 08:30"),
        ("2026-10-03 10:00", "2026-10-08 08:30"),
        ("2026-09-19 23:00", "2026-09-20 08:30"),
    ],
)
def test_next_working_moment(moment, begin):
    assert CALENDAR.next_working_moment(at(moment)) == at(begin)


@pytest.mark.parametrize(
    ("start", "limit", "warn"),
    [
        ("2026-11-20 10:00", "10h", "2026-11-20 18:00"),
        ("2026-11-20 10:00", "10d", "2026-11-28 10:00"),
        ("2026-11-20 08:30", "5wh", "2026-11-20 15:00"),
        ("2026-11-20 16:00", "5wh", "2026-11-23 10:30"),
        ("2026-11-19 08:30", "4wd", "2026-11-24 18:00"),
    ],
)
def test_the_warning_comes_at_four_fifths_in_the_unit_of_the_limit(start, limit, warn):
    span = parse_limit(limit)
    due = due_at(at(start), span, CALENDAR)
    assert warn_at(at(start), due, CALENDAR, span.unit) == at(warn)


@pytest.mark.parametrize(
    ("now", "unit", "ratio"),
    [
        ("2026-11-20 08:00", Unit.HOURS, 0.0),
        ("2026-11-20 09:00", Unit.HOURS, 0.0),
        ("2026-11-20 14:00", Unit.HOURS, 0.5),
        ("2026-11-20 19:00", Unit.HOURS, 1.0),
        ("2026-11-21 05:00", Unit.HOURS, 2.0),
        ("2026-11-20 08:00", Unit.WORKING_HOURS, 0.0),
        ("2026-11-20 13:00", Unit.WORKING_HOURS, 3 / 6.5),
        ("2026-11-20 18:00", Unit.WORKING_HOURS, 1.0),
        ("2026-11-22 18:00", Unit.WORKING_HOURS, 1.0),
        ("2026-11-23 15:00", Unit.WORKING_HOURS, 10.5 / 6.5),
    ],
)
def test_elapsed_ratio(now, unit, ratio):
    start, due = at("2026-11-20 09:00"), at("2026-11-20 19:00")
    assert elapsed_ratio(start, due, at(now), CALENDAR, unit) == pytest.approx(ratio)


def test_a_span_without_working_time_is_used_up_only_when_due():
    start, due = at("2026-11-21 09:00"), at("2026-11-21 19:00")
    assert elapsed_ratio(start, due, at("2026-11-21 10:00"), CALENDAR, Unit.WORKING_HOURS) == 0.0
    assert elapsed_ratio(start, due, due, CALENDAR, Unit.WORKING_HOURS) == 1.0
    assert warn_at(start, due, CALENDAR, Unit.WORKING_HOURS) == due
    assert warn_at(due, start, CALENDAR, Unit.HOURS) == start


def test_years_without_rows_follow_the_week_and_are_named():
    assert CALENDAR.missing_years(at("2026-01-01 00:00"), at("2026-12-31 23:59")) == ()
    assert CALENDAR.missing_years(at("2025-12-31 23:00"), at("2028-01-01 00:00")) == (2025, 2027, 2028)
    late = datetime(2026, 12, 31, 16, tzinfo=UTC)  # already 2027 in Shanghai
    assert CALENDAR.missing_years(late, late) == (2027,)


@pytest.mark.parametrize(
    "shifts",
    [
        (),
        (Shift(time(9), time(9)),),
        (Shift(time(14), time(12)),),
        (Shift(time(14), time(18)), Shift(time(8), time(12))),
        (Shift(time(8), time(12)), Shift(time(11), time(18))),
    ],
)
def test_shifts_that_make_no_day_are_refused(shifts):
    with pytest.raises(ValueError, match="shifts"):
        WorkCalendar(shifts=shifts)


@pytest.mark.parametrize("weekly", [frozenset(), frozenset({7}), frozenset({-1, 2})])
def test_weeks_that_are_none_are_refused(weekly):
    with pytest.raises(ValueError, match="week"):
        WorkCalendar(weekly=weekly)


def test_a_calendar_that_never_works_says_so():
    idle = WorkCalendar(
        {date(2026, 1, 1) + timedelta(days=day): DayKind.REST for day in range(40 * 366)},
    )
    with pytest.raises(NoWorkingTimeError):
        due_at(at("2026-11-20 09:00"), parse_limit("1wh"), idle)
    with pytest.raises(NoWorkingTimeError):
        due_at(datetime(9999, 12, 31, 20, tzinfo=SHANGHAI), parse_limit("1wd"), CALENDAR)


# --- the slow reference: one minute after the other, with nothing shared but the day's kind ----------------


def is_work_minute(wall: datetime) -> bool:
    minute = wall.hour * 60 + wall.minute
    open_now = 510 <= minute < 720 or 870 <= minute < 1080
    kind = CALENDAR.day_kinds.get(wall.date())
    return open_now and (wall.weekday() < 5 if kind is None else kind is DayKind.WORK)


def slow_hours(start: datetime, minutes: int) -> datetime:
    wall, left = start, minutes
    while left:
        left -= is_work_minute(wall)
        wall += MINUTE
    return wall


def slow_days(start: datetime, days: int) -> datetime:
    wall = start
    while not is_work_minute(wall):
        wall += MINUTE
    day, close = wall.date(), wall
    for _ in range(days):
        wall = datetime.combine(day + timedelta(days=1), time(), SHANGHAI)
        while not is_work_minute(wall):
            wall += MINUTE
        day = wall.date()
        close = datetime.combine(day, time(18), SHANGHAI)
    return close


def slow_worked(first: datetime, last: datetime) -> int:
    return sum(is_work_minute(first + n * MINUTE) for n in range((last - first) // MINUTE))


# Around both worked weekends, the holiday week, and the turn of a year.
STARTS = st.one_of(
    st.integers(0, 28 * 1440).map(lambda n: at("2026-09-15 00:00") + n * MINUTE),
    st.integers(0, 8 * 1440).map(lambda n: at("2026-12-27 00:00") + n * MINUTE),
)


@settings(max_examples=300, deadline=None)
@given(start=STARTS, minutes=st.integers(1, 40 * 60))
@example(start=at("2026-09-30 17:59"), minutes=1)
@example(start=at("2026-09-30 18:00"), minutes=420)
def test_working_hours_agree_with_counting_minutes(start, minutes):
    assert due_at(start, parse_limit(f"{minutes / 60:.4f}wh"), CALENDAR) == slow_hours(start, minutes)


@settings(max_examples=200, deadline=None)
@given(start=STARTS, days=st.integers(1, 12))
def test_working_days_agree_with_counting_minutes(start, days):
    assert due_at(start, Limit(days, Unit.WORKING_DAYS), CALENDAR) == slow_days(start, days)


@settings(max_examples=200, deadline=None)
@given(start=STARTS, minutes=st.integers(0, 20 * 1440))
def test_worked_time_agrees_with_counting_minutes(start, minutes):
    end = start + minutes * MINUTE
    worked = CALENDAR.worked_between(start, end)
    assert worked == slow_worked(start, end) * MINUTE
    assert CALENDAR.worked_between(end, start) == -worked


@settings(max_examples=300, deadline=None)
@given(start=STARTS, amount=st.integers(1, 200), unit=st.sampled_from(list(Unit)))
def test_start_warning_and_due_come_in_order_and_the_ratio_says_so(start, amount, unit):
    due = due_at(start, Limit(amount, unit), CALENDAR)
    warn = warn_at(start, due, CALENDAR, unit)
    assert start <= warn <= due
    assert elapsed_ratio(start, due, start, CALENDAR, unit) == 0
    assert elapsed_ratio(start, due, warn, CALENDAR, unit) == pytest.approx(0.8)
    assert elapsed_ratio(start, due, due, CALENDAR, unit) == pytest.approx(1.0)


@settings(max_examples=200, deadline=None)
@given(start=STARTS, amount=st.integers(1, 100), unit=st.sampled_from(list(Unit)))
def test_a_longer_limit_or_a_later_start_is_never_due_earlier(start, amount, unit):
    due = due_at(start, Limit(amount, unit), CALENDAR)
    assert due_at(start, Limit(amount + 1, unit), CALENDAR) > due
    assert due_at(start + 7 * MINUTE, Limit(amount, unit), CALENDAR) >= due
