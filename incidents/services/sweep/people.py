"""Who is told at each unit of a batch: three queries for all of them together."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from grids.models import Grid, GridAssignment
from incidents.recipients import OWNER_ROLES
from incidents.services.sweep.plan import Unit
from organizations.choices import ROLE_KINDS, Role
from organizations.models import Membership

_TOLD = frozenset(role for roles in OWNER_ROLES.values() for role in roles) - {Role.GRID_WORKER}


def people_of(units: Iterable[Unit], today: date) -> dict[Unit, list[int]]:
    """Return user ids by unit: the workers of grids, and those who hold an office at organisations."""
    wanted = set(units)
    grids = {unit.pk for unit in wanted if unit.is_grid}
    pairs = _officers({unit.pk for unit in wanted if not unit.is_grid}, today)
    found: dict[Unit, list[int]] = {}
    for unit, user_id in (*pairs, *(_workers(grids, today) if grids else ())):
        found.setdefault(unit, []).append(user_id)
    return found


def _officers(organization_ids: set[int], today: date) -> list[tuple[Unit, int]]:
    in_office = Q(pk__in=[])
    for role in sorted(_TOLD):
        in_office |= Q(role=role, organization__kind__in=sorted(ROLE_KINDS[role]))
    rows = (
        Membership.objects.valid_on(today)
        .filter(in_office, organization_id__in=organization_ids, user__is_active=True)
        .values_list("organization_id", "user_id")
    )
    return [(Unit(is_grid=False, pk=pk), user_id) for pk, user_id in rows]


def _workers(grid_ids: set[int], today: date) -> list[tuple[Unit, int]]:
    """A grid is looked after by its own workers and by those of the grids above it, two tiers at most."""
    above = {
        pk: {one for one in line if one is not None}
        for pk, *line in Grid.objects.filter(pk__in=grid_ids).values_list(
            "pk", "pk", "parent_id", "parent__parent_id"
        )
    }
    held = (
        GridAssignment.objects.valid_on(today)
        .filter(
            grid_id__in=set().union(*above.values()),
            building=None,
            membership__role=Role.GRID_WORKER,
            membership__user__is_active=True,
        )
        .values_list("grid_id", "membership__user_id")
    )
    workers: dict[int, set[int]] = {}
    for grid_id, user_id in held:
        workers.setdefault(grid_id, set()).add(user_id)
    return [
        (Unit(is_grid=True, pk=pk), user_id)
        for pk, line in above.items()
        for one in line
        for user_id in workers.get(one, ())
    ]
