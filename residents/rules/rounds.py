"""Which household to visit today and why, and how far a period's visits have come. Source: R-236, R-237."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

# Source: R-236. Nobody stays unseen for longer than a quarter.
SEEN_WITHIN = timedelta(days=90)
# Source: R-236. What one worker can walk in a day.
ROUTE_LENGTH = 30
# Source: R-237. Of the households, in percent.
COVERAGE_WANTED = 95


class Unseen(StrEnum):
    """How long nobody of a household has been met, longest first."""

    NEVER = "never"
    YEAR = "year"
    HALF_YEAR = "half_year"
    QUARTER = "quarter"
    LATELY = "lately"


# The days since the last visit from which a household counts as unseen for so long.
UNSEEN_FROM = {Unseen.YEAR: 366, Unseen.HALF_YEAR: 181, Unseen.QUARTER: 91, Unseen.LATELY: 0}


@dataclass(frozen=True, slots=True)
class RouteReason:
    """Why a household is on the route; `number` are needs, days or mismatches, else 0."""

    code: str
    number: int = 0


def route_reasons(
    *, last_seen: date | None, to_tell: int, today: date, mismatches: int = 0
) -> tuple[RouteReason, ...]:
    """Return why the household should be visited, the most pressing reason first; none where it need not."""
    found = [RouteReason("to_tell", to_tell)] if to_tell else []
    if last_seen is None:
        found.append(RouteReason("never"))
    elif today - last_seen > SEEN_WITHIN:
        found.append(RouteReason("long_ago", (today - last_seen).days))
    if mismatches:
        found.append(RouteReason("mismatch", mismatches))
    return tuple(found)


def unseen_between(unseen: Unseen, today: date) -> tuple[date | None, date | None]:
    """Return first and last day of the last visit for a length of time; None: open at that end.

    Not for `NEVER`, which has no day.
    """
    lengths: Sequence[Unseen] = list(UNSEEN_FROM)
    place = lengths.index(unseen)
    last = today - timedelta(days=UNSEEN_FROM[unseen]) if unseen is not Unseen.LATELY else None
    if place == 0:
        return None, last
    return today - timedelta(days=UNSEEN_FROM[lengths[place - 1]] - 1), last


def percent(part: int, whole: int) -> float | None:
    """Return the share in percent with one decimal, rounded down; None where there is nothing to divide by.

    Rounded down, so that 94.96 never reads as the wanted 95.0.
    """
    return part * 1000 // whole / 10 if whole else None
