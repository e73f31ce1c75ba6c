"""The places an invented population lives in: real divisions, invented grids, buildings and dwellings."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

import organizations
from core.actor import SYSTEM
from core.copying import copy_rows
from grids.models import Building, Grid
from grids.services.bulk import GridDraft, grids_create
from organizations.choices import OrganizationKind
from organizations.models import Organization
from organizations.services.divisions import divisions_import
from organizations.services.reference import load_roles

_DIVISIONS = Path(organizations.__file__).resolve().parent / "reference" / "divisions"
_CITIES = Path(__file__).resolve().parent / "cities.yaml"
_STEP = 0.004  # degrees: the side of an invented grid


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many of everything a city has; `centre` is longitude and latitude in degrees."""

    people: int
    households: int
    buildings: int
    communities: int
    large_grids: int
    small_grids: int
    centre: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A grid buildings stand in, with where it stands."""

    grid_id: int
    community_id: int
    street_id: int
    code: str


def known_cities() -> dict[str, Size]:
    """Return the cities whose divisions and size are known, by their six-digit code."""
    content = yaml.safe_load(_CITIES.read_text(encoding="utf-8"))
    return {code: Size(**row | {"centre": tuple(row["centre"])}) for code, row in content.items()}


def build_grids(code: str, size: Size) -> list[Leaf]:
    """Make the city's divisions where they are missing, and grids where it has none; returns the leaves."""
    load_roles()
    divisions_import(
        actor=SYSTEM, content=(_DIVISIONS / f"{code}.csv").read_bytes(), limit_to=f"{code}000000"
    )
    root = Organization.objects.get(code=f"{code}000000")
    communities = list(
        Organization.objects.filter(
            kind=OrganizationKind.COMMUNITY, parent__parent=root, closed_on=None
        ).order_by("code")[: size.communities]
    )
    if not Grid.objects.filter(community__in=communities).exists():
        _make_grids(communities, size)
    leaves = Grid.objects.open().leaves().filter(community__in=communities).select_related("community")
    return [
        Leaf(grid.pk, grid.community_id, grid.community.parent_id, grid.code)
        for grid in leaves.order_by("code")
    ]


def _make_grids(communities: Sequence[Organization], size: Size) -> None:
    larges: list[GridDraft] = []
    per_community: dict[int, int] = {}
    for number in range(max(size.large_grids, len(communities))):
        community = communities[number % len(communities)]
        order = per_community[community.pk] = per_community.get(community.pk, 0) + 1
        larges.append(_grid(community, order, number, size))
    smalls = [
        _grid(
            larges[number % len(larges)].community,
            100 + number // len(communities),
            number,
            size,
            parent=larges[number % len(larges)].code,
        )
        for number in range(size.small_grids)
    ]
    grids_create(actor=SYSTEM, drafts=[*larges, *smalls])


def _grid(community: Organization, order: int, place: int, size: Size, parent: str = "") -> GridDraft:
    west = size.centre[0] + (place % 64 - 32) * _STEP
    south = size.centre[1] + (place // 64 - 32) * _STEP
    east, north = west + _STEP, south + _STEP
    corners = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    ring = [[round(x, 6), round(y, 6)] for x, y in corners]
    return GridDraft(
        community=community,
        code=f"{community.code}{order:03d}",
        name=f"第{order}网格" if order < 100 else f"第{order - 99}小格",
        boundary={"type": "Polygon", "coordinates": [ring]},
        parent_code=parent,
    )


def build_buildings(leaves: Sequence[Leaf], count: int, size: Size, chance: random.Random) -> list[Any]:
    """Add buildings by COPY, spread over the grids; returns (building id, leaf) in the order of ids."""
    first = (Building.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    streets = _streets()
    placed = [(first + number, leaves[number % len(leaves)]) for number in range(count)]

    def rows() -> Iterator[tuple[Any, ...]]:
        for pk, leaf in placed:
            number = (pk - first) // len(leaves) + 1
            yield (
                pk,
                leaf.grid_id,
                f"S{leaf.code}{number:05d}",
                f"{number}号楼",
                f"{chance.choice(streets)}{chance.randint(1, 300)}号",
                Decimal(f"{size.centre[0] + chance.uniform(-0.13, 0.13):.6f}"),
                Decimal(f"{size.centre[1] + chance.uniform(-0.13, 0.13):.6f}"),
            )

    names = ("id", "grid", "code", "name", "address", "longitude", "latitude")
    copy_rows(Building, names, rows())
    return placed


def _streets() -> list[str]:
    content = yaml.safe_load((Path(__file__).resolve().parent / "names.yaml").read_text(encoding="utf-8"))
    return list(content["streets"])
