"""From what a report says of its place to grid, community and street."""

from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Invalid
from grids.locator import grid_at
from grids.models import Building, Grid
from grids.scopes import grid_ids_for
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
    """Where it is, as far as it is known; without a street the city receives it first."""

    grid: Grid | None = None
    building: Building | None = None
    community: Organization | None = None
    street: Organization | None = None


def place_of(actor: Actor, report: Report) -> Place:
    """Return the place of a report: building, grid, community, position, the actor's own area, or words.

    Locks the place against moving; two queries mostly. Invalid names building, grid or position with the
    cure, or asks for a place.
    """
    if report.building_id is not None:
        return _of_building(report.building_id)
    if report.grid_id is not None:
        return _of_grid(_grid(report.grid_id))
    if report.community_id is not None:
        return _of_community(report.community_id)
    if report.longitude is not None and report.latitude is not None:
        found = grid_at(report.longitude, report.latitude)
        if found is None:
            raise Invalid(
                "position_outside",
                _("This position lies in no grid of this city. Please choose the place by hand."),
                field="position",
            )
        return _of_grid(_grid(found.pk))
    own = _of_actor(actor)
    if own is None and not report.address:
        raise Invalid(
            "place_missing", _("Please say where it is: choose a place or write the address."), field="grid"
        )
    return own or Place()


def _hold(statement: str, pk: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [pk])
        if cursor.fetchone() is None:
            # It moved while this waited, so that the old rows no longer belong together: hold the new ones.
            cursor.execute(statement, [pk])


def _of_building(building_id: int) -> Place:
    _hold(_HOLD_BUILDING, building_id)
    building = (
        Building.objects.select_related("grid__community__parent")
        .filter(pk=building_id, grid__closed_on=None)
        .first()
    )
    if building is None:
        raise Invalid(
            "building_unknown",
            _("This building is not known. Please choose another place."),
            field="building",
        )
    place = _of_grid(building.grid)
    return Place(place.grid, building, place.community, place.street)


def _grid(grid_id: int) -> Grid:
    _hold(_HOLD_GRID, grid_id)
    grid: Grid | None = (
        Grid.objects.select_related("community__parent").filter(pk=grid_id, closed_on=None).first()
    )
    if grid is None:
        raise Invalid(
            "grid_unknown", _("This grid does not exist any more. Please choose another."), field="grid"
        )
    return grid


def _of_grid(grid: Grid) -> Place:
    return Place(grid, None, grid.community, street_of(grid.community))


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
        return _of_grid(_grid(next(iter(grid_ids))))
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
