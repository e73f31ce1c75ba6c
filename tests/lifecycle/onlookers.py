"""Who ought to see which incident, told again from posts and places, apart from the query that decides it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from grids.models import GridAssignment
from incidents.models import Incident
from organizations.choices import OrganizationKind, Role
from organizations.models import Membership, User
from tests.factories.incidents import SmallCity

_OFFICES = frozenset({Role.CITY_GRID_OFFICE, Role.AUDITOR})
_DEPARTMENTS = frozenset({Role.DEPARTMENT_OFFICER, Role.DEPARTMENT_LEADER})
_STREETS = frozenset({Role.STREET_LEADER, Role.STREET_STAFF})


@dataclass(frozen=True, slots=True)
class Onlooker:
    """One person of the city with their one post; `line` is their unit and those above it, the city apart."""

    user: User
    role: str = ""
    unit_id: int | None = None
    line: frozenset[int] = frozenset()
    grid_ids: frozenset[int] = frozenset()

    def ought_to_see(self, incident: Incident, parts: Collection[int]) -> bool:
        """Return whether it is theirs to see; `parts` are the units that ever took part in it."""
        in_area = self._in_area(incident, parts)
        if incident.accused_organization_id in self.line:
            return False
        if incident.is_secret:
            return in_area and self.role in incident.category.secret_roles
        wrote_it = incident.reporter_id == self.user.pk and self.role in (
            Role.GRID_WORKER,
            Role.BUILDING_HEAD,
        )
        return in_area or wrote_it

    def _in_area(self, incident: Incident, parts: Collection[int]) -> bool:
        if self.role in _OFFICES:
            return True
        if self.role in _STREETS:
            return incident.street_id == self.unit_id
        if self.role == Role.COMMUNITY_STAFF:
            return incident.community_id == self.unit_id
        if self.role in _DEPARTMENTS:
            return self.unit_id in parts
        return incident.grid_id in self.grid_ids


def onlookers_of(city: SmallCity) -> dict[str, Onlooker]:
    """Return everybody of the city by name, as their posts stand now; three queries."""
    posts = Membership.objects.select_related("organization__parent__parent")
    by_user = {post.user_id: post for post in posts}
    grids: dict[int, set[int]] = {}
    for post_id, grid_id in GridAssignment.objects.filter(building=None).values_list(
        "membership_id", "grid_id"
    ):
        grids.setdefault(post_id, set()).add(grid_id)
    users = User.objects.in_bulk([user.pk for user in city.people.values()])
    return {
        name: _onlooker(users[user.pk], by_user.get(user.pk), grids) for name, user in city.people.items()
    }


def _onlooker(user: User, post: Membership | None, grids: Mapping[int, Iterable[int]]) -> Onlooker:
    if post is None:
        return Onlooker(user)
    line, unit = set(), post.organization
    while unit is not None and unit.kind != OrganizationKind.CITY:
        line.add(unit.pk)
        unit = unit.parent
    assigned = frozenset(grids.get(post.pk, ()))
    return Onlooker(user, post.role, post.organization_id, frozenset(line), assigned)
