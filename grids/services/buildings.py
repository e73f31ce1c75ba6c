"""Adding and changing buildings."""

from decimal import Decimal

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from core.actor import Actor
from core.errors import Invalid
from core.validation import check_fields
from grids.geometry import check_position
from grids.models import Building, Grid
from grids.policies import find_building, find_grid
from grids.services import moves
from organizations.services.tiers import check_nesting, template_of

logger = structlog.get_logger(__name__)
ADD = "grids.add_building"
CHANGE = "grids.change_building"


def building_create(
    *,
    actor: Actor,
    grid_id: int,
    code: str,
    name: str,
    address: str = "",
    longitude: Decimal | None = None,
    latitude: Decimal | None = None,
) -> Building:
    """Add a building to a grid; raises Invalid where the template has no buildings at its tier."""
    with transaction.atomic():
        grid = find_grid(actor, grid_id, permission=ADD)
        building = Building(grid=grid)
        _fill(building, code=code, name=name, address=address, longitude=longitude, latitude=latitude)
        _check(building)
        building.save()
    logger.info("building created", building_id=building.pk, actor_id=actor.user_id)
    return building


def building_update(
    *,
    actor: Actor,
    building_id: int,
    grid_id: int,
    code: str,
    name: str,
    address: str = "",
    longitude: Decimal | None = None,
    latitude: Decimal | None = None,
) -> Building:
    """Change a building, moving it to another grid where one is given; the grid must be visible too."""
    with transaction.atomic():
        building = find_building(actor, building_id, permission=CHANGE)
        moves_away = building.grid_id != grid_id
        if moves_away:
            building.grid = find_grid(actor, grid_id, permission=CHANGE)
        _fill(building, code=code, name=name, address=address, longitude=longitude, latitude=latitude)
        _check(building)
        building.save()
        if moves_away:
            moves.follow_building(actor, building)
    logger.info("building changed", building_id=building.pk, actor_id=actor.user_id)
    return building


def _fill(
    building: Building,
    *,
    code: str,
    name: str,
    address: str,
    longitude: Decimal | None,
    latitude: Decimal | None,
) -> None:
    building.code, building.name, building.address = code.strip(), name.strip(), address.strip()
    building.longitude, building.latitude = longitude, latitude


def _check(building: Building) -> None:
    grid: Grid = building.grid
    check_position(building.longitude, building.latitude)
    check_fields(building)
    if grid.closed_on is not None:
        raise Invalid("grid_is_closed", _("This grid is closed."), field="grid")
    check_nesting(template_of(grid.community), parent_kind=f"grid{grid.tier}", child_kind="building")
