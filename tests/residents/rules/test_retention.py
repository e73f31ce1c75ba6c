"""The day before which files are over."""

from datetime import date

import pytest

from residents.rules.retention import months_before


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 11, 21), 0, date(2026, 11, 21)),
        (date(2026, 11, 21), 11, date(2025, 12, 21)),
        (date(2026, 11, 21), 36, date(2023, 11, 21)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 1, 1), 1, date(2025, 12, 1)),
    ],
)
def test_months_before(day, months, before):
    assert months_before(day, months) == before
