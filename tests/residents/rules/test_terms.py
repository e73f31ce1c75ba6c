"""How long tags hold."""

from datetime import date

import pytest

from residents.rules.terms import Term, months_after, term_from


@pytest.mark.parametrize(
    ("day", "months", "wanted"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 12, 15), 1, date(2025, 1, 15)),
        (date(2024, 3, 1), 12, date(2025, 3, 1)),
        (date(2024, 11, 30), 24, date(2026, 11, 30)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_months_are_added_to_the_day(day: date, months: int, wanted: date) -> None:
    assert months_after(day, months) == wanted


def test_a_term_is_as_long_as_the_kind_allows() -> None:
    day = date(2024, 1, 10)
    assert term_from(day, months=12, review_months=6) == Term(date(2025, 1, 10), date(2024, 7, 10))


def test_a_short_term_is_reviewed_on_its_last_day() -> None:
    until = date(2024, 3, 1)
    assert term_from(date(2024, 1, 10), months=12, review_months=6, until=until) == Term(until, until)


@pytest.mark.parametrize("until", [date(2024, 1, 10), date(2023, 12, 1), date(2025, 1, 11)])
def test_a_day_outside_the_months_is_no_term(until: date) -> None:
    assert term_from(date(2024, 1, 10), months=12, review_months=6, until=until) is None
