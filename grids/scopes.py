"""Which grids a grid worker or building head looks after today."""

from typing import Any

from django.apps import apps

from core import clock, tree
from organizations.scopes import AnyUser, scope_of

_ATTRIBUTE = "_gridgov_grid_ids"


def grid_ids_for(user: AnyUser) -> frozenset[int]:
    """Return the grids assigned to the person today and all below them.

    Two queries at most, none for people without a grid role; remembered on the user object for the day.
    Buildings assigned to a building head do not open the whole grid and are not counted here.
    """
    scope = scope_of(user)
    if not scope.grid_membership_ids:
        return frozenset()
    known: tuple[Any, frozenset[int]] | None = getattr(user, _ATTRIBUTE, None)
    if known is not None and known[0] == scope:
        return known[1]
    grid_ids = _assigned(scope.grid_membership_ids)
    setattr(user, _ATTRIBUTE, (scope, grid_ids))
    return grid_ids


def _assigned(membership_ids: frozenset[int]) -> frozenset[int]:
    # By name, because the querysets of the models import this module.
    assignments: Any = apps.get_model("grids", "GridAssignment").objects
    grids: Any = apps.get_model("grids", "Grid").objects
    held = assignments.valid_on(clock.today()).filter(membership_id__in=membership_ids, building=None)
    below = tree.subtree(grids.filter(pk__in=held.values("grid_id")))
    return frozenset(below.values_list("pk", flat=True))
