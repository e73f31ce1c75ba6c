"""Every change to grids, buildings and who looks after them."""

from grids.services.assignments import assignment_end, grid_assign
from grids.services.buildings import building_create, building_update
from grids.services.grids import grid_close, grid_create, grid_move, grid_update

__all__ = [
    "assignment_end",
    "building_create",
    "building_update",
    "grid_assign",
    "grid_close",
    "grid_create",
    "grid_move",
    "grid_update",
]
