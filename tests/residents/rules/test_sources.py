"""The rule of sources: by table, and for whatever is asked."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from residents.rules.sources import HOLDS_FOR, TRUST, Origin, wins

DAY = date(2026, 1, 1)
TABLE = [
    ("collected", 0, "collected", 0, True),
    ("collected", -1, "collected", 0, False),
    ("collected", 0, "shared", 0, True),
    ("collected", -365, "device", 0, True),
    ("collected", -366, "device", 0, False),
    ("device", 365, "collected", 0, False),
    ("device", 366, "collected", 0, True),
    ("maintained", 0, "collected", 0, False),
    ("public", 0, "maintained", 0, False),
    ("public", 0, "shared", 0, True),
    ("rumour", 0, "device", 0, False),
    ("device", 0, "rumour", 0, True),
]
origins = st.builds(
    Origin, st.sampled_from(TRUST), st.dates(min_value=date(2000, 1, 1), max_value=date(2030, 1, 1))
)


@pytest.mark.parametrize(("new", "days", "old", "old_days", "expected"), TABLE)
def test_who_wins(new: str, days: int, old: str, old_days: int, expected: bool) -> None:
    later, earlier = Origin(new, DAY + timedelta(days)), Origin(old, DAY + timedelta(old_days))
    assert wins(later, earlier) is expected


@given(origins, origins)
def test_of_two_sources_exactly_one_holds_whichever_comes_first(one: Origin, other: Origin) -> None:
    if one.source != other.source:
        assert wins(one, other) is not wins(other, one)


@given(origins)
def test_the_same_told_again_is_taken(one: Origin) -> None:
    assert wins(one, one)


@given(origins, origins, st.integers(min_value=1, max_value=5000))
def test_newer_never_fares_worse(one: Origin, other: Origin, days: int) -> None:
    if wins(one, other):
        assert wins(Origin(one.source, one.as_of + timedelta(days)), other)
    assert HOLDS_FOR.days == 365
