"""How long files are kept after somebody has died or moved away. Source: R-254."""

from calendar import monthrange
from datetime import date


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier, or the last day of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
