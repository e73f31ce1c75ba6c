"""Which people stand behind a level of an incident: who is told, and who answers for it."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from core import clock, tree
from grids.models import Grid, GridAssignment
from incidents.models import Incident
from incidents.rules.vocabulary import Level
from organizations.choices import OrganizationKind, Role
from organizations.models import Membership

OFFICERS = (Role.DEPARTMENT_LEADER, Role.DEPARTMENT_OFFICER)
DISPATCHERS = (Role.COMMUNITY_STAFF, Role.STREET_LEADER, Role.STREET_STAFF, Role.CITY_GRID_OFFICE)
APPROVERS = (Role.COMMUNITY_STAFF, Role.STREET_LEADER, Role.DEPARTMENT_LEADER, Role.CITY_GRID_OFFICE)
OWNER_ROLES: dict[Level, tuple[str, ...]] = {
    Level.GRID: (Role.GRID_WORKER,),
    Level.COMMUNITY: (Role.COMMUNITY_STAFF,),
    Level.STREET: (Role.STREET_LEADER, Role.STREET_STAFF),
    Level.DEPARTMENT: OFFICERS,
    Level.CITY: (Role.CITY_GRID_OFFICE,),
}
_LOCAL = (OrganizationKind.COMMUNITY, OrganizationKind.STREET)
_ROLES_OF_KIND: dict[str, tuple[str, ...]] = {
    OrganizationKind.COMMUNITY: OWNER_ROLES[Level.COMMUNITY],
    OrganizationKind.STREET: OWNER_ROLES[Level.STREET],
    OrganizationKind.DEPARTMENT: OFFICERS,
    OrganizationKind.UNIT: OFFICERS,
    OrganizationKind.CITY: OWNER_ROLES[Level.CITY],
}

# Who does the work of a unit of any kind; grid workers belong to their grid, not to the community's office.
_WORKING_ROLES = tuple(
    role for level, roles in OWNER_ROLES.items() if level is not Level.GRID for role in roles
)


def grid_workers(grid: Grid | None, *, on: date | None = None) -> QuerySet[GridAssignment]:
    """Return today's assignments of grid workers to the grid or to one above it; not evaluated.

    Without a grid it is a subquery about the outer query's grid.
    """
    return GridAssignment.objects.valid_on(on or clock.today()).filter(
        tree.covering(grid, prefix="grid"),
        building=None,
        membership__role=Role.GRID_WORKER,
        membership__user__is_active=True,
    )


def grid_worker_ids(grid: Grid) -> frozenset[int]:
    """Return the user ids of the grid's workers today; one query."""
    return frozenset(grid_workers(grid).values_list("membership__user_id", flat=True))


def unit_people_ids(organization_ids: Iterable[int], roles: Iterable[str]) -> frozenset[int]:
    """Return the user ids that hold one of the roles at one of the units today; one query."""
    rows = Membership.objects.valid_on(clock.today()).filter(
        organization_id__in=list(organization_ids), role__in=list(roles), user__is_active=True
    )
    return frozenset(rows.values_list("user_id", flat=True))


def officers_of(department_ids: Iterable[int]) -> frozenset[int]:
    """Return the officers and leaders of departments; one query."""
    return unit_people_ids(department_ids, OFFICERS)


def working_people_ids(organization_ids: Iterable[int]) -> frozenset[int]:
    """Return everybody who does the work of departments, streets, communities or the city; one query."""
    return unit_people_ids(organization_ids, _WORKING_ROLES)


def grid_office_ids() -> frozenset[int]:
    """Return the people of the city grid office; one query."""
    rows = Membership.objects.valid_on(clock.today()).filter(role=Role.CITY_GRID_OFFICE, user__is_active=True)
    return frozenset(rows.values_list("user_id", flat=True))


def people_at(incident: Incident, level: Level, organization_id: int) -> frozenset[int]:
    """Return the user ids of a level: the grid's workers, or the unit's own people; one query."""
    if level is Level.GRID and incident.grid is not None:
        return grid_worker_ids(incident.grid)
    return unit_people_ids([organization_id], OWNER_ROLES[level])


def dispatcher_ids(incident: Incident) -> frozenset[int]:
    """Return who may dispatch at the organisation that now has the case; one query."""
    return unit_people_ids([incident.owner_organization_id], DISPATCHERS)


def approver_ids(organization_id: int) -> frozenset[int]:
    """Return who may decide on applications at a unit; one query."""
    return unit_people_ids([organization_id], APPROVERS)


def checkers_of(incident: Incident) -> frozenset[int]:
    """Return who may check the result: the place's own staff, not the unit that did the work; one query."""
    units = {incident.community_id, incident.street_id} - {None}
    if incident.owner_level != Level.GRID:
        units -= {incident.owner_organization_id}
    ids = [pk for pk in units if pk is not None]
    nearby = unit_people_ids(ids, (Role.COMMUNITY_STAFF, Role.STREET_STAFF))
    # Those nearby may be the very ones from whom it is withheld.
    return nearby | grid_office_ids() if incident.is_withheld or not nearby else nearby


def owner_ids(incident: Incident) -> frozenset[int]:
    """Return the user ids of whoever owns the incident now; one query."""
    return people_at(incident, Level(incident.owner_level), incident.owner_organization_id)


def first_responsible_ids(incident: Incident) -> frozenset[int]:
    """Return whoever was asked first and the people of the unit that had it first; one query.

    They stay responsible after every hand-over. A unit that the incident has left for good, because its place
    was corrected, is not told: it would not see it. Source: R-110.
    """
    people = frozenset() if incident.first_contact_id is None else frozenset({incident.first_contact_id})
    unit = incident.first_unit
    if unit is None or (unit.kind in _LOCAL and unit.pk not in (incident.community_id, incident.street_id)):
        return people
    return people | unit_people_ids([unit.pk], _ROLES_OF_KIND[unit.kind])
