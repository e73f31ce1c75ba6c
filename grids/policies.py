"""Finding grids and buildings within what the actor sees; the permission is asked at the grid's community."""

from django.utils.translation import gettext_lazy as _

from core.actor import Actor, ActorKind
from core.errors import Missing
from grids.models import Building, Grid
from organizations.policies import require


def find_grid(actor: Actor, grid_id: int, *, permission: str) -> Grid:
    """Return the grid as it is now; raises Missing where it is not seen, Denied without permission."""
    grids = Grid.objects.select_related("community")
    if actor.kind is not ActorKind.SYSTEM:
        grids = grids.visible_to(actor.user) if actor.user else grids.none()
    grid: Grid | None = grids.filter(pk=grid_id).first()
    if grid is None:
        raise Missing("grid_missing", _("There is no such grid, or you cannot see it."))
    require(actor, permission, grid.community)
    return grid


def find_building(actor: Actor, building_id: int, *, permission: str) -> Building:
    """Return the building as it is now; raises Missing where it is not seen, Denied without permission."""
    buildings = Building.objects.select_related("grid__community")
    if actor.kind is not ActorKind.SYSTEM:
        buildings = buildings.visible_to(actor.user) if actor.user else buildings.none()
    building: Building | None = buildings.filter(pk=building_id).first()
    if building is None:
        raise Missing("building_missing", _("There is no such building, or you cannot see it."))
    require(actor, permission, building.grid.community)
    return building
