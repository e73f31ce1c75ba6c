"""Writing the grid forest: create, change, move, close. Every write holds the forest's lock.

Changes that touch no bounds hold it too: the locator tells a new forest by the newest change, which only
follows the order of commits while writers stand in line.
"""

from datetime import date
from typing import Any

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock, tree
from core.actor import Actor
from core.errors import Conflict, Invalid
from core.validation import check_fields
from grids.choices import GridKind, GridTier
from grids.geometry import read_boundary
from grids.models import Grid, GridAssignment
from grids.policies import find_grid
from grids.services import moves
from organizations.choices import OrganizationKind
from organizations.models import Organization
from organizations.policies import find_organization, require
from organizations.services.tiers import check_nesting, template_of

logger = structlog.get_logger(__name__)
ADD = "grids.add_grid"
CHANGE = "grids.change_grid"


def grid_create(
    *,
    actor: Actor,
    community_id: int,
    code: str,
    name: str,
    kind: str = GridKind.GENERAL,
    parent_id: int | None = None,
    boundary: dict[str, Any] | None = None,
) -> Grid:
    """Add a grid to a community, below a parent grid of the same community where one is given."""
    with transaction.atomic():
        tree.lock(Grid)
        community = _community(actor, community_id, ADD)
        parent = None if parent_id is None else find_grid(actor, parent_id, permission=ADD)
        grid = Grid(
            code=code.strip(),
            name=name.strip(),
            kind=kind,
            tier=_tier_below(parent),
            community=community,
            parent=parent,
            boundary=boundary,
        )
        _check_place(grid, parent)
        _check(grid)
        tree.insert(grid, parent=parent)
    logger.info("grid created", grid_id=grid.pk, actor_id=actor.user_id)
    return grid


def grid_update(
    *,
    actor: Actor,
    grid_id: int,
    code: str | None = None,
    name: str | None = None,
    kind: str | None = None,
    boundary: dict[str, Any] | None = None,
    clear_boundary: bool = False,
) -> Grid:
    """Change what is given and leave the rest; the place is grid_move's."""
    with transaction.atomic():
        tree.lock(Grid)
        grid = find_grid(actor, grid_id, permission=CHANGE)
        for field, value in {"code": code, "name": name, "kind": kind}.items():
            if value is not None:
                setattr(grid, field, value.strip())
        if boundary is not None or clear_boundary:
            grid.boundary = boundary
        _check(grid)
        grid.save()
    logger.info("grid changed", grid_id=grid.pk, actor_id=actor.user_id)
    return grid


def grid_move(
    *,
    actor: Actor,
    grid_id: int,
    parent_id: int | None,
    community_id: int | None = None,
    beside_id: int | None = None,
    side: tree.Side = "right",
) -> Grid:
    """Put a grid with everything below it under another grid, or at the top of a community.

    Without a parent it goes to `community_id`, or stays in its own. In another community the assignments of
    people must have ended first, since their memberships are at the old one. What upper apps repeat of the
    community follows in the same transaction.
    """
    with transaction.atomic():
        tree.lock(Grid)
        grid = find_grid(actor, grid_id, permission=CHANGE)
        parent = None if parent_id is None else find_grid(actor, parent_id, permission=CHANGE)
        community = (
            parent.community if parent else _community(actor, community_id or grid.community_id, CHANGE)
        )
        branch = list(tree.subtree(Grid.objects.filter(pk=grid.pk)))
        _check_branch(grid, branch, parent, community)
        changes_community = grid.community_id != community.pk
        if changes_community or grid.parent_id != parent_id:
            _settle(grid, branch, parent, community)
        moved = _order(actor, grid, beside_id, side)
        if changes_community:
            moves.follow(actor, [node.pk for node in branch], community)
    logger.info("grid moved", grid_id=moved.pk, parent_id=parent_id, actor_id=actor.user_id)
    return moved


def grid_close(*, actor: Actor, grid_id: int, on: date | None = None) -> Grid:
    """Let a grid take no new work from the day on, today by default; grids below it must be closed before."""
    with transaction.atomic():
        tree.lock(Grid)
        grid = find_grid(actor, grid_id, permission=CHANGE)
        if grid.closed_on is not None:
            raise Conflict("grid_closed", _("This grid is closed already."))
        if Grid.objects.open().filter(parent=grid).exists():
            raise Invalid("grid_has_open_children", _("Close or move the grids below this one first."))
        grid.closed_on = on or clock.today()
        grid.save()
    logger.info("grid closed", grid_id=grid.pk, actor_id=actor.user_id)
    return grid


def object_to_closing(organization: Organization) -> None:
    """Refuse to close a community that still has open grids; organisations ask before closing."""
    if Grid.objects.open().filter(community=organization).exists():
        raise Invalid("community_has_open_grids", _("Close or move the grids of this community first."))


def _community(actor: Actor, community_id: int, permission: str) -> Organization:
    community = find_organization(actor, community_id)
    require(actor, permission, community)
    if community.kind != OrganizationKind.COMMUNITY:
        raise Invalid("not_a_community", _("Grids belong to a community."), field="community")
    if community.is_closed:
        raise Invalid("community_closed", _("This community is closed."), field="community")
    return community


def _tier_below(parent: Grid | None) -> int:
    tier = parent.tier + 1 if parent else GridTier.L1
    if tier > max(GridTier.values):
        raise _too_deep()
    return tier


def _too_deep() -> Invalid:
    return Invalid("grid_too_deep", _("Grids have three tiers at most."), field="parent")


def _check_place(grid: Grid, parent: Grid | None) -> None:
    if parent is not None and parent.community_id != grid.community_id:
        raise Invalid(
            "parent_of_other_community", _("The parent grid belongs to another community."), field="parent"
        )
    if parent is not None and parent.closed_on is not None:
        raise Invalid(
            "parent_closed", _("“%(name)s” is closed."), field="parent", params={"name": parent.name}
        )
    above = f"grid{parent.tier}" if parent else OrganizationKind.COMMUNITY
    check_nesting(template_of(grid.community), parent_kind=above, child_kind=f"grid{grid.tier}")


def _check_branch(grid: Grid, branch: list[Grid], parent: Grid | None, community: Organization) -> None:
    if parent is not None and tree.is_within(parent, grid):
        raise Invalid("moves_into_itself", _("A grid cannot stand below itself."), field="parent")
    shift = _tier_below(parent) - grid.tier
    if max(node.tier for node in branch) + shift > max(GridTier.values):
        raise _too_deep()
    template = template_of(community)
    above = f"grid{parent.tier}" if parent else OrganizationKind.COMMUNITY
    for node in branch:
        upper = above if node.pk == grid.pk else f"grid{node.tier + shift - 1}"
        check_nesting(template, parent_kind=upper, child_kind=f"grid{node.tier + shift}")
    if parent is not None and parent.closed_on is not None:
        raise Invalid(
            "parent_closed", _("“%(name)s” is closed."), field="parent", params={"name": parent.name}
        )
    assigned = GridAssignment.objects.valid_on(clock.today()).filter(grid__in=branch)
    if grid.community_id != community.pk and assigned.exists():
        raise Invalid(
            "grid_has_people",
            _("People of the old community still look after this grid. End their assignments first."),
            field="community",
        )


def _settle(grid: Grid, branch: list[Grid], parent: Grid | None, community: Organization) -> None:
    shift = _tier_below(parent) - grid.tier
    below = [node for node in branch if node.pk != grid.pk]
    for node in below:
        node.tier += shift
        node.community = community
    Grid.objects.bulk_update(below, ["tier", "community"])
    # Tier and parent change in one statement: a constraint ties them together.
    moved = tree.reparent(grid, parent=parent, tier=grid.tier + shift, community=community)
    moved.save(update_fields=["updated_at"])  # by which the locator notices


def _order(actor: Actor, grid: Grid, beside_id: int | None, side: tree.Side) -> Grid:
    if beside_id is None:
        moved: Grid = Grid.objects.get(pk=grid.pk)
        return moved
    sibling = find_grid(actor, beside_id, permission=CHANGE)
    placed = Grid.objects.values_list("parent_id", flat=True).get(pk=grid.pk)
    if sibling.parent_id != placed or sibling.pk == grid.pk:
        raise Conflict("tree_changed", _("The tree has changed meanwhile. Reload the page and try again."))
    return tree.move_beside(grid, sibling=sibling, side=side)


def _check(grid: Grid) -> None:
    check_fields(grid)
    if grid.boundary is not None:
        read_boundary(grid.boundary)
