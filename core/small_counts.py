"""Hiding small counts so that no table tells of single people: the small ones, and what gives them away.

Knows no database. Source: R-244.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

SMALLEST = 5
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Counts(Generic[Key]):
    """Counts as they may be shown, None for a hidden one; `total` is None where it would tell too much."""

    cells: Mapping[Key, int | None]
    total: int | None


def with_small_hidden(counts: Mapping[Key, int], *, smallest: int = SMALLEST) -> Counts[Key]:
    """Return the counts of parts that do not overlap, with every count from 1 below `smallest` hidden.

    Because total minus the shown ones is what is hidden, further parts are hidden, the smallest first, until
    at least two are and they sum up to `smallest`; where that cannot be, the total is hidden as well.
    """
    hidden = {key for key, count in counts.items() if 0 < count < smallest}
    others = [key for key in counts if key not in hidden]
    others.sort(key=lambda key: (not counts[key], counts[key]))
    while hidden and others and not _safe(counts, hidden, smallest):
        hidden.add(others.pop(0))
    shown = not hidden or _safe(counts, hidden, smallest)
    return Counts(
        {key: None if key in hidden else count for key, count in counts.items()},
        sum(counts.values()) if shown else None,
    )


def _safe(counts: Mapping[Key, int], hidden: set[Key], smallest: int) -> bool:
    return len(hidden) > 1 and sum(counts[key] for key in hidden) >= smallest
