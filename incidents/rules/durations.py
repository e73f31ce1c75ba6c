"""Limits as staff write them: `30min`, `2h`, `4wh`, `20wd`, `15d`."""

import re
from dataclasses import dataclass
from decimal import Decimal

from incidents.rules.reasons import Reason, reason
from incidents.rules.vocabulary import Unit

_WRITTEN = re.compile(r"(?P<amount>-?[0-9]{1,9}(?:\.[0-9]{1,4})?)\s*(?P<suffix>min|h|wh|wd|d)", re.ASCII)
_SUFFIXES = {
    "h": Unit.HOURS,
    "wh": Unit.WORKING_HOURS,
    "wd": Unit.WORKING_DAYS,
    "d": Unit.CALENDAR_DAYS,
}
_SUFFIX_OF = {unit: suffix for suffix, unit in _SUFFIXES.items()}
_GRAIN = Decimal("0.0001")  # hours; fine enough that every whole minute survives rounding

# Three years of each unit, with 250 working days of 8 hours in a year.
LONGEST: dict[Unit, int] = {
    Unit.HOURS: 3 * 365 * 24,
    Unit.WORKING_HOURS: 3 * 250 * 8,
    Unit.WORKING_DAYS: 3 * 250,
    Unit.CALENDAR_DAYS: 3 * 365,
}


class LimitError(ValueError):
    """A limit that cannot be used; `reason` says why in words staff read."""

    def __init__(self, why: Reason) -> None:
        super().__init__(why.code)
        self.reason = why


@dataclass(frozen=True, slots=True)
class Limit:
    """A positive span in one of the four units, at most three years; days are whole. Source: R-31.

    Raises LimitError with limit_not_positive, limit_too_long, limit_too_short or limit_not_whole.
    """

    amount: Decimal
    unit: Unit

    def __init__(self, amount: Decimal | int, unit: Unit) -> None:
        exact = Decimal(amount)
        problem = _amount_problem(exact, unit)
        if problem is not None:
            raise LimitError(problem)
        object.__setattr__(self, "amount", exact.quantize(_GRAIN))
        object.__setattr__(self, "unit", unit)

    @property
    def minutes(self) -> int:
        """Whole minutes of a limit in hours or working hours; ValueError for days."""
        if self.unit not in (Unit.HOURS, Unit.WORKING_HOURS):
            raise ValueError("a limit in days has no minutes of its own")
        return round(self.amount * 60)

    @property
    def days(self) -> int:
        """Whole days of a limit in working or calendar days; ValueError for hours."""
        if self.unit not in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS):
            raise ValueError("a limit in hours has no days of its own")
        return int(self.amount)

    def __str__(self) -> str:
        return format_limit(self)


def parse_limit(text: str) -> Limit:
    """Read a written limit; LimitError with limit_unreadable for anything else. Source: R-31."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise LimitError(reason("limit_unreadable", text=text.strip()[:40]))
    amount = Decimal(found["amount"])
    if found["suffix"] == "min":
        if amount > 0 and amount != amount.to_integral_value():
            raise LimitError(reason("limit_not_whole"))
        return Limit(amount / 60, Unit.HOURS)
    return Limit(amount, _SUFFIXES[found["suffix"]])


def format_limit(limit: Limit) -> str:
    """Write a limit so that parse_limit reads the same one back. Source: R-31."""
    if limit.unit is Unit.HOURS and limit.minutes % 60:
        return f"{limit.minutes}min"
    return f"{limit.amount.normalize():f}{_SUFFIX_OF[limit.unit]}"


def _amount_problem(amount: Decimal, unit: Unit) -> Reason | None:
    if not amount.is_finite() or amount <= 0:
        return reason("limit_not_positive")
    if amount > LONGEST[unit]:
        return reason("limit_too_long", most=LONGEST[unit], unit=unit.value)
    in_days = unit in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS)
    if in_days and amount != amount.to_integral_value():
        return reason("limit_not_whole")
    return reason("limit_too_short") if not in_days and round(amount * 60) < 1 else None
