"""What may be whistled: pure rules over the lines of the street's list. Source: R-57."""

from collections.abc import Iterable
from dataclasses import dataclass

from incidents.rules.vocabulary import WhistleGround, WhistleKind


@dataclass(frozen=True, slots=True)
class ListItem:
    """One line in force; empty sets fit everything. A category fits by its code or by its group."""

    name: str
    categories: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    grounds: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()

    def fits_matter(self, category: str, group: str) -> bool:
        """Tell whether the line is about this category."""
        anything = not self.categories and not self.groups
        return anything or category in self.categories or group in self.groups

    def fits_call(self, kind: str, grounds: str) -> bool:
        """Tell whether the line allows this kind and these grounds; words that are neither are not judged."""
        kind_fits = not self.kinds or kind in self.kinds or kind not in set(WhistleKind)
        grounds_fit = not self.grounds or grounds in self.grounds or grounds not in set(WhistleGround)
        return kind_fits and grounds_fit


def may_whistle(items: Iterable[ListItem], *, category: str, group: str, kind: str, grounds: str) -> bool:
    """Tell whether the list allows the whistle; without any line nothing is restricted. Source: R-57."""
    lines = list(items)
    return not lines or any(
        line.fits_matter(category, group) and line.fits_call(kind, grounds) for line in lines
    )


def fitting_items(items: Iterable[ListItem], *, category: str, group: str) -> list[ListItem]:
    """Return the lines under which this category may be whistled. Source: R-57."""
    return [line for line in items if line.fits_matter(category, group)]
