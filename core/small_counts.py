"""Publishing counts about people so that nobody in a small group can be worked out. Source: R-258.

A count from 1 to 4 is not shown. Where a total stands beside the cells, what is hidden must not follow from
it: further cells are withheld until at least two values are possible for every hidden one, or the total is.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from django.utils.translation import gettext as _

SMALLEST_SHOWN = 5
_LARGEST_HIDDEN = SMALLEST_SHOWN - 1
Key = TypeVar("Key", bound=Hashable)


class Hidden(Enum):
    """Why a count is not shown."""

    SMALL = "small"  # it lies between 1 and 4
    WITHHELD = "withheld"  # it is large enough, but with the total it would give a small one away


Shown = int | Hidden


@dataclass(frozen=True, slots=True)
class Published(Generic[Key]):
    """What may be shown: the cells, and the total of each line in the order the lines were given."""

    cells: Mapping[Key, Shown]
    totals: Sequence[Shown]


def publish(counts: Mapping[Key, int], lines: Iterable[Sequence[Key]]) -> Published[Key]:
    """Return what may be shown of the counts; `lines` are the groups of keys whose totals stand beside them.

    For a list with one total that is one line of all keys; for a table its rows and columns. Zeros are shown.
    """
    groups = [tuple(line) for line in lines]
    hidden = {key: Hidden.SMALL for key, count in counts.items() if 0 < count < SMALLEST_SHOWN}
    totals: list[Shown] = [_total(sum(counts[key] for key in line)) for line in groups]
    changed = True
    while changed:  # a cell withheld for a row may give away another one of its column
        changed = False
        for number, line in enumerate(groups):
            if isinstance(totals[number], Hidden) or not _gives_away(counts, hidden, line):
                continue
            changed = True
            spare = [key for key in line if key not in hidden and counts[key]]
            if spare:
                hidden[min(spare, key=lambda key: counts[key])] = Hidden.WITHHELD
            else:
                totals[number] = Hidden.WITHHELD
    return Published({key: hidden.get(key, count) for key, count in counts.items()}, totals)


def count_words(shown: Shown) -> str:
    """Return a published count in words."""
    if shown is Hidden.SMALL:
        return _("fewer than %(count)s") % {"count": SMALLEST_SHOWN}
    return _("not published") if shown is Hidden.WITHHELD else str(shown)


def _total(count: int) -> Shown:
    return Hidden.SMALL if 0 < count < SMALLEST_SHOWN else count


def _gives_away(counts: Mapping[Key, int], hidden: Mapping[Key, Hidden], line: Sequence[Key]) -> bool:
    """Return whether the total leaves only one value for a hidden cell of the line."""
    held = [key for key in line if key in hidden]
    small = sum(hidden[key] is Hidden.SMALL for key in held)
    withheld = len(held) - small
    if not held:
        return False
    rest = sum(counts[key] for key in held)
    if not small:
        return withheld == 1 or rest == withheld * SMALLEST_SHOWN
    most = rest - (small - 1) - withheld * SMALLEST_SHOWN
    least = 1 if withheld else rest - (small - 1) * _LARGEST_HIDDEN
    return min(most, _LARGEST_HIDDEN) <= max(least, 1)
