"""From what a report says of its place to grid, community and street."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor
from core.errors import Invalid
from core.prepared import PreparedQuery, prepared_cursor
from grids.locator import grid_at
from grids.models import Building, Grid
from grids.scopes import grid_ids_for
from incidents.recipients import grid_workers
from incidents.services.intake import Report
from organizations.choices import OrganizationKind
from organizations.models import Organization
from organizations.scopes import scope_of

# Held until the report is written: what moves meanwhile waits for it, or it for the move, so that no incident
# is written with the street of yesterday after the move has given all others the new one.
_HOLD_GRID = """
SELECT 1 FROM grids_grid g JOIN organizations_organization c ON c.id = g.community_id
WHERE g.id = %s FOR SHARE
"""
_HOLD_BUILDING = """
SELECT 1 FROM grids_building b
JOIN grids_grid g ON g.id = b.grid_id JOIN organizations_organization c ON c.id = g.community_id
WHERE b.id = %s FOR SHARE
"""
_HOLD_COMMUNITY = "SELECT 1 FROM organizations_organization WHERE id = %s FOR SHARE"


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is, as far as it is known; without a street the city receives it first.

    `worker_ids` are the people who work the grid today.
    """

    grid: Grid | None = None
    building: Building | None = None
    community: Organization | None = None
    street: Organization | None = None
    worker_ids: frozenset[int] = frozenset()


def place_of(actor: Actor, report: Report) -> Place:
    """Return the place of a report: building, grid, unit, position, the actor's own area, or words.

    Locks the place against moving; two queries mostly. Invalid names building, grid or position with the
    cure, or asks for a place.
    """
    if report.building_id is not None:
        return _of_building(report.building_id)
    if report.grid_id is not None:
        return _of_grid(report.grid_id)
    if report.community_id is not None:
        return _of_community(report.community_id)
    if report.street_id is not None:
        return _of_street(report.street_id)
    if report.longitude is not None and report.latitude is not None:
        found = grid_at(report.longitude, report.latitude)
        if found is None:
            raise Invalid(
                "position_outside",
                _("This position lies in no grid of this city. Please choose the place by hand."),
                field="position",
            )
        return _of_grid(found.pk)
    own = _of_actor(actor)
    if own is None and not report.address:
        raise Invalid(
            "place_missing", _("Please say where it is: choose a place or write the address."), field="grid"
        )
    return own or Place()


def _hold(statement: str, pk: int) -> None:
    with prepared_cursor() as cursor:
        cursor.execute(statement, [pk])
        if cursor.fetchone() is None:
            # It moved while this waited, so that the old rows no longer belong together: hold the new ones.
            cursor.execute(statement, [pk])


def _of_building(building_id: int) -> Place:
    _hold(_HOLD_BUILDING, building_id)
    building = Building.objects.filter(pk=building_id, grid__closed_on=None).first()
    if building is None:
        raise Invalid(
            "building_unknown",
            _("This building is not known. Please choose another place."),
            field="building",
        )
    return replace(_of_grid(building.grid_id), building=building)


def _names(model: type[models.Model]) -> tuple[str, ...]:
    # The boundary is large and nobody files by it.
    return tuple(field.attname for field in model._meta.concrete_fields if field.attname != "boundary")


_GRID, _UNIT = _names(Grid), _names(Organization)


def _ground(grid_id: int, today: date) -> QuerySet[Any, Any]:
    """Return an open grid with its community, the unit above and the people who work it, in one row."""
    workers = grid_workers(None, on=today).values("membership__user_id")
    return (
        Grid.objects.filter(pk=grid_id, closed_on=None)
        .order_by()
        .values_list(
            *_GRID,
            *(f"community__{name}" for name in _UNIT),
            *(f"community__parent__{name}" for name in _UNIT),
            ArraySubquery(workers),
        )
    )


_GROUND = PreparedQuery(_ground, int, date)


def _of_grid(grid_id: int) -> Place:
    _hold(_HOLD_GRID, grid_id)
    rows = _GROUND.rows(grid_id, clock.today())
    if not rows:
        raise Invalid(
            "grid_unknown", _("This grid does not exist any more. Please choose another."), field="grid"
        )
    *values, worker_ids = rows[0]
    unit, above = len(_GRID), len(_GRID) + len(_UNIT)
    grid = Grid.from_db(connection.alias, _GRID, values[:unit])
    community = Organization.from_db(connection.alias, _UNIT, values[unit:above])
    if community.parent_id is not None:
        community.parent = Organization.from_db(connection.alias, _UNIT, values[above:])
    grid.community = community
    return Place(grid, None, community, street_of(community), frozenset(worker_ids))


def _of_community(community_id: int) -> Place:
    _hold(_HOLD_COMMUNITY, community_id)
    community = (
        Organization.objects.open()
        .select_related("parent")
        .filter(pk=community_id, kind=OrganizationKind.COMMUNITY)
        .first()
    )
    if community is None:
        raise Invalid(
            "community_unknown",
            _("This community does not exist any more. Please choose another."),
            field="grid",
        )
    return Place(community=community, street=street_of(community))


def _of_street(street_id: int) -> Place:
    _hold(_HOLD_COMMUNITY, street_id)
    street = Organization.objects.open().filter(pk=street_id, kind=OrganizationKind.STREET).first()
    if street is None:
        raise Invalid(
            "street_unknown", _("This street does not exist any more. Please choose another."), field="grid"
        )
    return Place(street=street)


def street_of(community: Organization) -> Organization | None:
    """Return the street above a community; None where it stands directly below the city."""
    parent = community.parent
    return parent if parent is not None and parent.kind == OrganizationKind.STREET else None


def _of_actor(actor: Actor) -> Place | None:
    """Return the one grid, community or street that the person's posts name, if they name exactly one."""
    if actor.user is None:
        return None
    grid_ids = grid_ids_for(actor.user)
    if len(grid_ids) == 1:
        return _of_grid(next(iter(grid_ids)))
    scope = scope_of(actor.user)
    local = {
        post.organization_id
        for post in scope.posts
        if post.organization_kind in (OrganizationKind.COMMUNITY, OrganizationKind.STREET)
    }
    if len(local) != 1:
        return None
    unit_id = next(iter(local))
    _hold(_HOLD_COMMUNITY, unit_id)
    unit = Organization.objects.select_related("parent").get(pk=unit_id)
    if unit.kind == OrganizationKind.STREET:
        return Place(street=unit)
    return Place(community=unit, street=street_of(unit))
