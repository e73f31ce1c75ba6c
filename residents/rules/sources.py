"""Which of two facts is kept: by the trust in its source and by its age. Source: R-205, R-220."""

from dataclasses import dataclass
from datetime import date, timedelta

# Best first: seen at the door, kept by staff, told by the resident, handed over by a department, by a device.
TRUST = ("collected", "maintained", "public", "shared", "device")
# For so long a better source holds against a newer, worse one. Source: R-220.
HOLDS_FOR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a fact comes from and the day it tells of."""

    source: str
    as_of: date


def wins(new: Origin, old: Origin, *, holds_for: timedelta = HOLDS_FOR) -> bool:
    """Return whether the new fact takes the place of the old one.

    Of one source the newer wins, and of the same day the one that comes later. Of two sources the better
    wins, unless it is older than the other by more than `holds_for`. An unknown source is the worst.
    """
    new_rank, old_rank = _rank(new.source), _rank(old.source)
    if new_rank == old_rank:
        return new.as_of >= old.as_of
    if new_rank < old_rank:
        return old.as_of - new.as_of <= holds_for
    return new.as_of - old.as_of > holds_for


def _rank(source: str) -> int:
    return TRUST.index(source) if source in TRUST else len(TRUST)
