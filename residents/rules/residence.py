"""Which day a change of residence may hold from, and what a day before it leaves behind. Source: R-208.

A residence has a first and a last day, both inclusive; a person is in one household at a time.
"""

from datetime import date, timedelta


def day_problem(
    on: date, *, today: date, since: date | None, opened: date | None = None, closed: date | None = None
) -> str:
    """Return why a change cannot hold from the day: ahead, before_arrival, before_household, after_closing.

    `since` is the first day on which something may happen to the person: the one they came on, or the day
    after they left. `opened` and `closed` are those of the household they come to. Empty: it can.
    """
    if on > today:
        return "ahead"
    if since is not None and on < since:
        return "before_arrival"
    if opened is not None and on < opened:
        return "before_household"
    if closed is not None:
        return "after_closing"
    return ""


def last_day_before(on: date) -> date:
    """Return the last day in the old place for a change that holds from the day."""
    return on - timedelta(days=1)
