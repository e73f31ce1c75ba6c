"""How long a care tag holds and when it is looked at again. Source: R-241."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Term:
    """The last day of a tag, and the day on which it is reviewed."""

    expires_on: date
    review_on: date


def months_after(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last day where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def term_from(day: date, *, months: int, review_months: int, until: date | None = None) -> Term | None:
    """Return the term of a tag given or reviewed on the day; None where `until` is not within the months.

    A tag that expires before its review is due is looked at on its last day.
    """
    latest = months_after(day, months)
    last = until or latest
    if not day < last <= latest:
        return None
    return Term(last, min(last, months_after(day, review_months)))
