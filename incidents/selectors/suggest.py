"""What an operator may mean by the letters typed so far: categories, and places of the area they see."""

from collections.abc import Callable, Iterable
from typing import Any, TypedDict, cast

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from core.pinyin import plain, rank
from core.suggestions import Suggestion
from grids.models import Building, Grid
from grids.services.qr import qr_resolve
from incidents.models import Category
from organizations.choices import OrganizationKind
from organizations.models import Organization
from organizations.scopes import AnyUser

MOST = 10
LONGEST = 120
_AREAS = (OrganizationKind.STREET, OrganizationKind.COMMUNITY)
_CODE_AT_LEAST = 4


class PlaceIds(TypedDict, total=False):
    """The one field of a Report that names a chosen place."""

    grid_id: int
    building_id: int
    community_id: int
    street_id: int


def suggest_categories(words: str) -> list[Suggestion]:
    """Return the categories in use that fit by name, group, code or initials, the best first; one query."""
    sought = plain(words)[:LONGEST]
    rows = Category.objects.filter(is_active=True).order_by("code").values_list("code", "name", "group")
    if not sought:
        return [Suggestion(code, name, group) for code, name, group in rows[:MOST]]
    ranked = [
        (place, code, name, group)
        for code, name, group in rows
        if (place := _category_rank(sought, code, name, group)) is not None
    ]
    return [Suggestion(code, name, group) for _place, code, name, group in sorted(ranked)[:MOST]]


def suggest_places(user: AnyUser, words: str) -> list[Suggestion]:
    """Return streets, communities, grids and buildings the person sees that fit, at most MOST.

    By name or initials, a grid also after its community's name and a space; by code; or by what a posted QR
    code says. Three queries beyond the scope.
    """
    sought = plain(words)[:LONGEST]
    if not sought:
        return []
    coded = _posted(user, words.strip())
    if coded:
        return coded
    areas = _areas(user, sought)
    grids = _grids(user, sought, areas)
    buildings = _buildings(user, sought, words.strip()) if len(sought) > 1 else []
    ranked = [*((place, found) for place, found, _pk in areas), *grids, *buildings]
    return [found for _place, found in sorted(ranked, key=lambda pair: pair[0])[:MOST]]


def place_ids(user: AnyUser, value: str) -> PlaceIds | None:
    """Return a chosen place as a Report takes it, such as {"grid_id": 7}; None where the person sees none.

    One query beyond the scope.
    """
    kind, _colon, key = value.partition(":")
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        return None
    rows = _PLACES.get(kind)
    if rows is None or not rows(user).filter(pk=int(key)).exists():
        return None
    return place_named(kind, int(key))


def place_named(kind: str, pk: int) -> PlaceIds:
    """Return a place of a kind (grid, building, community, street) as a Report takes it."""
    return cast("PlaceIds", {f"{kind}_id": pk})


def _open_areas(user: AnyUser, kind: str) -> Any:
    return Organization.objects.visible_to(user).open().filter(kind=kind)


_PLACES: dict[str, Callable[[AnyUser], Any]] = {
    "grid": lambda user: Grid.objects.visible_to(user).open(),
    "building": lambda user: Building.objects.visible_to(user).filter(grid__closed_on=None),
    "community": lambda user: _open_areas(user, OrganizationKind.COMMUNITY),
    "street": lambda user: _open_areas(user, OrganizationKind.STREET),
}


def _category_rank(sought: str, code: str, name: str, group: str) -> int | None:
    if code == sought:
        return 0
    by_name = rank(sought, name)
    if by_name is not None:
        return by_name
    return 9 if rank(sought, group) is not None else None


def _posted(user: AnyUser, words: str) -> list[Suggestion]:
    """Return the place of a posted code whose address was read out or pasted."""
    token = words.rstrip("/").rsplit("/", 1)[-1]
    if "." not in token:
        return []
    try:
        code = qr_resolve(token)
    except Invalid:
        return []
    if not Grid.objects.visible_to(user).filter(pk=code.grid_id).exists():
        return []
    return [_building(code.building) if code.building else _grid(code.grid)]


def _areas(user: AnyUser, sought: str) -> list[tuple[int, Suggestion, int]]:
    first = sought.split()[0]
    rows = Organization.objects.visible_to(user).open().filter(kind__in=_AREAS).order_by("code")
    found = []
    for pk, code, name, kind, above in rows.values_list("pk", "code", "name", "kind", "parent__name"):
        place = 0 if code == sought else rank(first, name)
        if place is not None:
            beside = above if kind == OrganizationKind.COMMUNITY else _("street")
            found.append((place, Suggestion(f"{kind}:{pk}", name, beside), pk))
    return found if len(sought.split()) < 2 else [(9, each, pk) for _place, each, pk in found]


def _grids(
    user: AnyUser, sought: str, areas: Iterable[tuple[int, Suggestion, int]]
) -> list[tuple[int, Suggestion]]:
    first, *more = sought.split()
    communities = [pk for _place, found, pk in areas if found.value.startswith(OrganizationKind.COMMUNITY)]
    wanted = Q(name__icontains=sought) | Q(community_id__in=communities)
    if sought.isdigit() and len(sought) >= _CODE_AT_LEAST:
        wanted |= Q(code__startswith=sought)
    rows = Grid.objects.visible_to(user).open().leaves().select_related("community").order_by("code")
    found = []
    for grid in rows.defer("boundary").filter(wanted)[: MOST * 5]:
        if more and not all(part in grid.name.lower() for part in more):
            continue
        place = 1 if more else (rank(first, grid.name) if first in grid.name.lower() else 6)
        found.append((6 if place is None else place, _grid(grid)))
    return found


def _buildings(user: AnyUser, sought: str, as_typed: str) -> list[tuple[int, Suggestion]]:
    wanted = Q()
    for part in sought.split():
        beside = Q(address__icontains=part) | Q(grid__community__name__icontains=part)
        wanted &= Q(name__icontains=part) | beside
    wanted |= Q(code=as_typed)
    rows = Building.objects.visible_to(user).filter(wanted, grid__closed_on=None)
    rows = rows.select_related("grid__community").defer("grid__boundary").order_by("code")
    return [(7 if sought not in each.name.lower() else 3, _building(each)) for each in rows[:MOST]]


def _grid(grid: Grid) -> Suggestion:
    return Suggestion(f"grid:{grid.pk}", grid.name, grid.community.name)


def _building(building: Any) -> Suggestion:
    beside = " · ".join(part for part in (building.grid.community.name, building.address) if part)
    return Suggestion(f"building:{building.pk}", f"{building.grid.name} {building.name}", beside)
