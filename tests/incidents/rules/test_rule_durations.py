"""Limits as staff write them, and everything that is no limit."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.rules.durations import LONGEST, Limit, LimitError, format_limit, parse_limit
from incidents.rules.vocabulary import Unit


@pytest.mark.parametrize(
    ("text", "unit", "amount", "written"),
    [
        ("30min", Unit.HOURS, Decimal("0.5"), "30min"),
        ("5min", Unit.HOURS, Decimal("0.0833"), "5min"),
        ("120min", Unit.HOURS, 2, "2h"),
        ("2h", Unit.HOURS, 2, "2h"),
        ("0.5h", Unit.HOURS, Decimal("0.5"), "30min"),
        ("100h", Unit.HOURS, 100, "100h"),
        ("4wh", Unit.WORKING_HOURS, 4, "4wh"),
        ("1.5wh", Unit.WORKING_HOURS, Decimal("1.5"), "1.5wh"),
        ("20wd", Unit.WORKING_DAYS, 20, "20wd"),
        (" 15 d ", Unit.CALENDAR_DAYS, 15, "15d"),
    ],
)
def test_a_written_limit_is_read_and_written_back(text, unit, amount, written):
    limit = parse_limit(text)
    assert limit == Limit(amount, unit)
    assert format_limit(limit) == str(limit) == written


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0d", "limit_not_positive"),
        ("0min", "limit_not_positive"),
        ("0.0h", "limit_not_positive"),
        ("-2h", "limit_not_positive"),
        ("-1.5min", "limit_not_positive"),
        ("1.5d", "limit_not_whole"),
        ("0.5wd", "limit_not_whole"),
        ("1.5min", "limit_not_whole"),
        ("0.001h", "limit_too_short"),
        ("1096d", "limit_too_long"),
        ("751wd", "limit_too_long"),
        ("6001wh", "limit_too_long"),
        ("26281h", "limit_too_long"),
        ("999999999d", "limit_too_long"),
        ("", "limit_unreadable"),
        ("2", "limit_unreadable"),
        ("h", "limit_unreadable"),
        ("2 hours", "limit_unreadable"),
        ("2小时", "limit_unreadable"),
        ("２h", "limit_unreadable"),
        ("1e3d", "limit_unreadable"),
        ("2h4h", "limit_unreadable"),
        ("😀" * 100_000, "limit_unreadable"),
    ],
)
def test_what_is_no_limit_is_refused_with_its_reason(text, code):
    with pytest.raises(LimitError) as caught:
        parse_limit(text)
    assert caught.value.reason.code == code
    assert all(len(str(value)) <= 40 for value in caught.value.reason.params.values())


@pytest.mark.parametrize("unit", list(Unit))
def test_the_longest_limit_is_allowed_and_one_more_is_not(unit):
    assert Limit(LONGEST[unit], unit).amount == LONGEST[unit]
    with pytest.raises(LimitError):
        Limit(LONGEST[unit] + 1, unit)


@pytest.mark.parametrize("amount", [Decimal("NaN"), Decimal("Infinity"), Decimal("-Infinity"), 0, -1])
@pytest.mark.parametrize("unit", list(Unit))
def test_amounts_that_are_no_positive_number_are_refused(amount, unit):
    with pytest.raises(LimitError) as caught:
        Limit(amount, unit)
    assert caught.value.reason.code == "limit_not_positive"


@given(st.integers(1, 3 * 365 * 24 * 60))
def test_every_whole_minute_survives_reading_and_writing(minutes):
    limit = parse_limit(f"{minutes}min")
    assert limit.minutes == minutes
    assert parse_limit(str(limit)) == limit


@given(st.sampled_from(["wh", "wd", "d", "h"]), st.integers(1, 750))
def test_whole_amounts_survive_reading_and_writing(suffix, amount):
    assert str(parse_limit(f"{amount}{suffix}")) == f"{amount}{suffix}"


@given(st.text(max_size=12))
def test_any_text_is_a_limit_or_a_limit_error(text):
    with contextlib.suppress(LimitError):
        assert parse_limit(text).amount > 0


def test_minutes_and_days_belong_to_their_own_units():
    assert Limit(3, Unit.WORKING_DAYS).days == 3
    assert Limit(3, Unit.WORKING_HOURS).minutes == 180
    with pytest.raises(ValueError, match="no minutes"):
        _ = Limit(3, Unit.CALENDAR_DAYS).minutes
    with pytest.raises(ValueError, match="no days"):
        _ = Limit(3, Unit.HOURS).days
