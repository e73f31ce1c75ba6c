"""Who looks after which grid or building: a membership of its community narrowed to it."""

from datetime import date, timedelta

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.actor import Actor
from core.errors import Conflict, Invalid, Missing
from core.validation import check_fields
from grids.models import Building, Grid, GridAssignment
from grids.policies import find_grid
from organizations.choices import Role
from organizations.models import Membership
from organizations.scopes import forget_scope

logger = structlog.get_logger(__name__)
ADD = "grids.add_gridassignment"
CHANGE = "grids.change_gridassignment"


def grid_assign(
    *,
    actor: Actor,
    membership: Membership,
    grid: Grid,
    building: Building | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> GridAssignment:
    """Let a grid worker look after a grid or a building head after a building, from today by default.

    Raises Invalid for another role, a membership at another community, or a building of another grid.
    """
    with transaction.atomic():
        place = find_grid(actor, grid.pk, permission=ADD)
        holder = Membership.objects.select_for_update().get(pk=membership.pk)
        assignment = GridAssignment(
            membership=holder,
            grid=place,
            building=building,
            valid_from=valid_from or max(clock.today(), holder.valid_from),
            valid_to=valid_to,
        )
        _check(assignment)
        assignment.save()
    forget_scope(membership.user)
    logger.info("grid assigned", assignment_id=assignment.pk, actor_id=actor.user_id)
    return assignment


def assignment_end(*, actor: Actor, assignment_id: int, last_day: date | None = None) -> None:
    """End an assignment after its last day, yesterday by default; one that never held is removed."""
    with transaction.atomic():
        assignment = GridAssignment.objects.select_for_update().filter(pk=assignment_id).first()
        if assignment is None:
            raise Missing("assignment_missing", _("There is no such assignment, or you cannot see it."))
        find_grid(actor, assignment.grid_id, permission=CHANGE)
        end = last_day or clock.today() - timedelta(days=1)
        if assignment.valid_to is not None and assignment.valid_to <= end:
            raise Conflict("assignment_ended", _("This assignment has ended already."))
        if end < assignment.valid_from:
            assignment.delete()
        else:
            assignment.valid_to = end
            assignment.save()
    logger.info("grid assignment ended", assignment_id=assignment_id, actor_id=actor.user_id)


def _check(assignment: GridAssignment) -> None:
    membership, grid, building = assignment.membership, assignment.grid, assignment.building
    if membership.role not in {Role.GRID_WORKER, Role.BUILDING_HEAD}:
        raise Invalid(
            "role_without_grids",
            _("Only grid workers and building heads are given grids; other roles see their whole area."),
            field="membership",
        )
    if membership.organization_id != grid.community_id:
        raise Invalid(
            "grid_of_other_community",
            _("This grid belongs to another community than the membership."),
            field="grid",
        )
    if building is not None and building.grid_id != grid.pk:
        raise Invalid("building_of_other_grid", _("This building stands in another grid."), field="building")
    if membership.role == Role.BUILDING_HEAD and building is None:
        raise Invalid("building_needed", _("A building head is given a building."), field="building")
    check_fields(assignment)
