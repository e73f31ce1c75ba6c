"""Where the rows of a piece belong: by name or code of places within the actor's area.

What lies outside is unknown to whoever imports, as it is on every page. Source: R-221.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grids.models import Building, Grid
from organizations.models import User
from residents.importing.cleaning import ReadyRow
from residents.selectors.areas import communities_with

PERMISSION = "residents.import_people"


@dataclass(frozen=True, slots=True)
class Place:
    """The four columns of where something stands (residents.models.places.Placed)."""

    building_id: int | None
    grid_id: int | None
    community_id: int
    street_id: int


@dataclass(frozen=True, slots=True)
class NoPlace:
    """Why a row stands nowhere: the field that was not understood, and how."""

    field: str
    code: str


class Communities:
    """The communities somebody may import into, by code and by name; one query beyond the scope."""

    def __init__(self, user: User, default_id: int | None) -> None:
        """Read the communities below the posts that carry the permission."""
        self.default_id = default_id
        self.streets: dict[int, int] = {}
        self._by_word: dict[str, set[int]] = {}
        for pk, street, code, name in communities_with(user, PERMISSION).values_list(
            "pk", "parent_id", "code", "name"
        ):
            self.streets[pk] = street
            for word in (code, name):
                self._by_word.setdefault(word, set()).add(pk)

    def named(self, word: str) -> int | NoPlace:
        """Return the community of that code or name, or the import's own for no word."""
        if not word:
            if self.default_id in self.streets:
                return self.default_id
            return NoPlace("community", "missing")
        found = self._by_word.get(word, set())
        if len(found) == 1:
            return next(iter(found))
        return NoPlace("community", "several" if found else "unknown")


def places_of(rows: Sequence[ReadyRow], communities: Communities) -> list[Place | NoPlace]:
    """Return where each row stands; two queries for all rows together, at most."""
    named = [communities.named(row.imported.places["community"]) for row in rows]
    seen = {one for one in named if isinstance(one, int)}
    buildings = _Named(_buildings(seen, _texts(rows, "building")))
    grids = _Named(_grids(seen, _texts(rows, "grid")))
    return [
        one if isinstance(one, NoPlace) else _place(row, one, communities.streets[one], buildings, grids)
        for row, one in zip(rows, named, strict=True)
    ]


class _Named:
    """Rows of (key, grid, community, code, name), found by code or name within a community."""

    def __init__(self, rows: Iterable[tuple[int, int, int, str, str]]) -> None:
        self.grids: dict[int, int] = {}
        self._found: dict[tuple[int, str], set[int]] = {}
        for pk, grid, community, code, name in rows:
            self.grids[pk] = grid
            self._found.setdefault((community, code), set()).add(pk)
            self._found.setdefault((community, name), set()).add(pk)

    def find(self, community: int, word: str, *, grid: int | None = None) -> int | str:
        """Return the key, or `unknown` or `several`; a grid narrows those of one name."""
        found = self._found.get((community, word), set())
        if grid is not None and len(found) > 1:
            found = {pk for pk in found if self.grids[pk] == grid}
        if len(found) == 1:
            return next(iter(found))
        return "several" if found else "unknown"


def _place(row: ReadyRow, community: int, street: int, buildings: _Named, grids: _Named) -> Place | NoPlace:
    words = row.imported.places
    grid: int | str | None = grids.find(community, words["grid"]) if words["grid"] else None
    if isinstance(grid, str):
        return NoPlace("grid", grid)
    if not words["building"]:
        return Place(None, grid, community, street)
    building = buildings.find(community, words["building"], grid=grid)
    if isinstance(building, str):
        return NoPlace("building", building)
    return Place(building, buildings.grids[building], community, street)


def _texts(rows: Sequence[ReadyRow], field: str) -> set[str]:
    return {text for row in rows if (text := row.imported.places[field])}


def _buildings(communities: set[int], words: set[str]) -> list[tuple[int, int, int, str, str]]:
    if not communities or not words:
        return []
    within = Building.objects.filter(grid__community_id__in=communities)
    columns = ("pk", "grid_id", "grid__community_id", "code", "name")
    return list(
        within.filter(name__in=words)
        .values_list(*columns)
        .union(within.filter(code__in=words).values_list(*columns))
    )


def _grids(communities: set[int], words: set[str]) -> list[tuple[int, int, int, str, str]]:
    if not communities or not words:
        return []
    within = Grid.objects.open().filter(community_id__in=communities)
    named = within.filter(name__in=words) | within.filter(code__in=words)
    found = named.values_list("pk", "community_id", "code", "name")
    return [(pk, pk, community, code, name) for pk, community, code, name in found]
