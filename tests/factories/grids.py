"""Grids and buildings made through the real services."""

from decimal import Decimal
from itertools import count
from typing import Any

from core.actor import SYSTEM
from grids.choices import GridKind
from grids.models import Building, Grid
from grids.services import building_create, grid_create
from organizations.models import Organization

_serial = count(1)


def square(west: float, south: float, size: float = 0.01) -> dict[str, Any]:
    """Return a square boundary in degrees by its south-west corner."""
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def make_grid(
    community: Organization,
    boundary: dict[str, Any] | None = None,
    *,
    parent: Grid | None = None,
    name: str = "",
    code: str | None = None,
    kind: str = GridKind.GENERAL,
) -> Grid:
    """Make a grid in the community, below the parent grid where one is given."""
    number = next(_serial)
    return grid_create(
        actor=SYSTEM,
        community_id=community.pk,
        code=code or f"7{number:014d}",
        name=name or f"第{number}网格",
        kind=kind,
        parent_id=parent.pk if parent else None,
        boundary=boundary,
    )


def make_building(
    grid: Grid,
    name: str = "",
    *,
    code: str | None = None,
    longitude: Decimal | None = None,
    latitude: Decimal | None = None,
) -> Building:
    """Make a building in the grid."""
    number = next(_serial)
    return building_create(
        actor=SYSTEM,
        grid_id=grid.pk,
        code=code or f"B{number:07d}",
        name=name or f"{number}号楼",
        longitude=longitude,
        latitude=latitude,
    )
