"""Which of a person's posts count for one incident: as its owner, dispatcher, checker, called department."""

from grids.scopes import grid_ids_for
from incidents.models import Incident, SessionTask, WhistleResponse
from incidents.rules.channels import GATHERINGS
from incidents.rules.vocabulary import Level, State
from incidents.rules.workflow import ANSWER, CHECK, HANDLE
from organizations.choices import AREA_ROLES, OrganizationKind, Role
from organizations.scopes import AnyUser, Post, Scope

GRID_ROLES = frozenset({Role.GRID_WORKER, Role.BUILDING_HEAD})
DEPARTMENT_KINDS = frozenset({OrganizationKind.DEPARTMENT, OrganizationKind.UNIT})
_STANDING: dict[str, int] = {
    OrganizationKind.COMMUNITY: list(Level).index(Level.COMMUNITY),
    OrganizationKind.STREET: list(Level).index(Level.STREET),
    OrganizationKind.CITY: list(Level).index(Level.CITY),
}


def is_reporter(scope: Scope, incident: Incident) -> bool:
    """Return whether the person reported it themselves.

    Who wrote it down for a resident did not: the resident holds the lookup code. Source: R-55, R-96.
    """
    wrote_it = incident.reporter_id is not None and incident.reporter_id == scope.user_id
    return wrote_it and not incident.lookup_digest


def owner_posts(user: AnyUser, scope: Scope, incident: Incident) -> list[Post]:
    """Return the posts that own it now; what was raised at a gathering belongs to those who held it.

    Source: R-41, R-99.
    """
    if incident.state == State.REPORTED and incident.channel in GATHERINGS:
        held_by = incident.community_id or incident.street_id
        return [
            post
            for post in scope.posts
            if post.organization_id == held_by and post.role in AREA_ROLES and HANDLE in post.permissions
        ] or _grid_posts(user, scope, incident)
    by_grid = incident.owner_level == Level.GRID or incident.state == State.REPORTED
    if by_grid:
        return _grid_posts(user, scope, incident)
    return [
        post
        for post in scope.posts
        if post.organization_id == incident.owner_organization_id
        and post.role in AREA_ROLES
        and HANDLE in post.permissions
    ]


def _grid_posts(user: AnyUser, scope: Scope, incident: Incident) -> list[Post]:
    if not scope.grid_membership_ids or incident.grid_id not in grid_ids_for(user):
        return []
    return [post for post in scope.posts if post.role == Role.GRID_WORKER and HANDLE in post.permissions]


def dispatcher_posts(scope: Scope, incident: Incident) -> list[Post]:
    """Return area posts of the incident's own place that stand at or above its owner."""
    level = list(Level).index(Level(incident.owner_level))
    places = {incident.community_id, incident.street_id} - {None}
    return [
        post
        for post in scope.posts
        if post.role in AREA_ROLES
        and post.role != Role.AUDITOR
        and _STANDING.get(post.organization_kind, -1) >= level
        and (post.organization_id in places or post.organization_kind == OrganizationKind.CITY)
    ]


def checker_posts(user: AnyUser, scope: Scope, incident: Incident) -> list[Post]:
    """Return posts at the incident's place, other than its owner's, that may check. Source: R-116."""
    if incident.state != State.VERIFYING:
        return []
    places = {incident.community_id, incident.street_id} - {None}
    own_unit = incident.owner_organization_id if incident.owner_level != Level.GRID else None
    found = [
        post
        for post in scope.posts
        if CHECK in post.permissions
        and post.role != Role.GRID_WORKER
        and post.organization_id != own_unit
        and (post.organization_id in places or post.organization_kind == OrganizationKind.CITY)
    ]
    if (
        incident.owner_level != Level.GRID
        and scope.grid_membership_ids
        and incident.grid_id in grid_ids_for(user)
    ):
        found += [post for post in scope.posts if post.role == Role.GRID_WORKER and CHECK in post.permissions]
    return found


def arbitrator_posts(scope: Scope) -> list[Post]:
    """Return posts at the city grid office, which decides what others cannot agree on."""
    return [post for post in scope.posts if post.role == Role.CITY_GRID_OFFICE]


def called_posts(
    scope: Scope, responses: tuple[WhistleResponse, ...]
) -> tuple[list[Post], tuple[WhistleResponse, ...]]:
    """Return the posts of called departments, and those departments' own answers."""
    posts = [
        post
        for post in scope.posts
        if post.organization_kind in DEPARTMENT_KINDS and ANSWER in post.permissions
    ]
    own_ids = {post.organization_id for post in posts}
    own = tuple(each for each in responses if each.department_id in own_ids)
    called_ids = {each.department_id for each in own}
    return [post for post in posts if post.organization_id in called_ids], own


def tasked_posts(scope: Scope, incident: Incident) -> list[Post]:
    """Return the posts of units that still owe a task of a joint session; one query where there are any."""
    if not incident.open_tasks:
        return []
    posts = [post for post in scope.posts if post.role not in GRID_ROLES and HANDLE in post.permissions]
    if not posts:
        return []
    open_tasks = SessionTask.objects.filter(incident_id=incident.pk, done_at=None)
    owing = set(open_tasks.values_list("unit_id", flat=True))
    return [post for post in posts if post.organization_id in owing]
