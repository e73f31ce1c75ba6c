"""Adding many grids, buildings and assignments at once: written in sets, the forest's bounds made once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core import tree
from core.actor import Actor
from core.errors import Invalid
from core.validation import from_validation
from grids.choices import GridTier
from grids.geometry import check_position, read_boundary
from grids.models import Building, Grid, GridAssignment
from grids.services.grids import ADD as ADD_GRID
from organizations.choices import OrganizationKind, Role
from organizations.models import Membership, Organization
from organizations.policies import require_city
from organizations.services.tiers import check_nesting, template_of

logger = structlog.get_logger(__name__)
ADD_BUILDING = "grids.add_building"
ADD_ASSIGNMENT = "grids.add_gridassignment"
BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class GridDraft:
    """A grid to be added; `parent_code` names a draft before it, empty for a tier-1 grid."""

    community: Organization
    code: str
    name: str
    boundary: dict[str, Any]
    parent_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingDraft:
    """A building to be added to a grid."""

    grid: Grid
    code: str
    name: str
    address: str
    longitude: Decimal
    latitude: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentDraft:
    """A grid, or a building in it, to be given to a membership."""

    membership: Membership
    grid: Grid
    building: Building | None = None
    valid_from: date


def grids_create(*, actor: Actor, drafts: Sequence[GridDraft]) -> dict[str, Grid]:
    """Add new grids of open communities of one city, by code; all or none.

    Raises Invalid for the first that cannot stand, IntegrityError for a code already used.
    """
    require_city(actor, ADD_GRID)
    with transaction.atomic():
        tree.lock(Grid)
        grids: dict[str, Grid] = {}
        for draft in drafts:
            grids[draft.code] = _grid(draft, grids)
        _check_nestings(list(grids.values()))
        for tier in GridTier.values:
            tree.bulk_insert([grid for grid in grids.values() if grid.tier == tier])
        tree.rebuild(Grid)
    logger.info("grids created", count=len(grids), actor_id=actor.user_id)
    return {grid.code: grid for grid in Grid.objects.filter(code__in=grids).select_related("community")}


def buildings_create(*, actor: Actor, drafts: Sequence[BuildingDraft]) -> list[Building]:
    """Add buildings in the order given, all or none; raises Invalid, or IntegrityError for a used code."""
    require_city(actor, ADD_BUILDING)
    for community, tier in {(draft.grid.community, draft.grid.tier) for draft in drafts}:
        check_nesting(template_of(community), parent_kind=f"grid{tier}", child_kind="building")
    buildings = []
    for draft in drafts:
        check_position(draft.longitude, draft.latitude)
        buildings.append(
            Building(
                grid=draft.grid,
                code=draft.code,
                name=draft.name,
                address=draft.address,
                longitude=draft.longitude,
                latitude=draft.latitude,
            )
        )
    with transaction.atomic():
        Building.objects.bulk_create(buildings, batch_size=BATCH)
    logger.info("buildings created", count=len(buildings), actor_id=actor.user_id)
    return buildings


def grids_assign(*, actor: Actor, drafts: Sequence[AssignmentDraft]) -> None:
    """Give grids and buildings to memberships, all or none; raises Invalid where one cannot be given."""
    require_city(actor, ADD_ASSIGNMENT)
    for draft in drafts:
        _check_assignment(draft)
    with transaction.atomic():
        GridAssignment.objects.bulk_create(
            [
                GridAssignment(
                    membership=draft.membership,
                    grid=draft.grid,
                    building=draft.building,
                    valid_from=draft.valid_from,
                )
                for draft in drafts
            ],
            batch_size=BATCH,
        )
    logger.info("grids assigned", count=len(drafts), actor_id=actor.user_id)


def _grid(draft: GridDraft, known: dict[str, Grid]) -> Grid:
    parent = known[draft.parent_code] if draft.parent_code else None
    if parent is not None and parent.community_id != draft.community.pk:
        raise Invalid(
            "parent_of_other_community", _("The parent grid belongs to another community."), field="parent"
        )
    grid = Grid(
        community=draft.community,
        code=draft.code,
        name=draft.name,
        boundary=draft.boundary,
        parent=parent,
        tier=GridTier.L1 if parent is None else parent.tier + 1,
    )
    # The parent has no key before it is saved, and uniqueness is the database's to refuse.
    hidden = [field.name for field in Grid._meta.concrete_fields if not field.editable]
    try:
        grid.clean_fields(exclude=["parent", "community", *hidden])
    except ValidationError as error:
        raise from_validation(error) from error
    read_boundary(draft.boundary)
    return grid


def _check_nestings(grids: Sequence[Grid]) -> None:
    for community, tier in {(grid.community, grid.tier) for grid in grids}:
        if community.kind != OrganizationKind.COMMUNITY:
            raise Invalid("not_a_community", _("Grids belong to a community."), field="community")
        if community.is_closed:
            raise Invalid("community_closed", _("This community is closed."), field="community")
        above = OrganizationKind.COMMUNITY if tier == GridTier.L1 else f"grid{tier - 1}"
        check_nesting(template_of(community), parent_kind=above, child_kind=f"grid{tier}")


def _check_assignment(draft: AssignmentDraft) -> None:
    membership = draft.membership
    if membership.role not in {Role.GRID_WORKER, Role.BUILDING_HEAD}:
        raise Invalid(
            "role_without_grids",
            _("Only grid workers and building heads are given grids; other roles see their whole area."),
            field="membership",
        )
    if membership.organization_id != draft.grid.community_id:
        raise Invalid(
            "grid_of_other_community",
            _("This grid belongs to another community than the membership."),
            field="grid",
        )
    if draft.building is not None and draft.building.grid_id != draft.grid.pk:
        raise Invalid("building_of_other_grid", _("This building stands in another grid."), field="building")
    if membership.role == Role.BUILDING_HEAD and draft.building is None:
        raise Invalid("building_needed", _("A building head is given a building."), field="building")
