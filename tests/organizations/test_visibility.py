"""Who sees which organisations, grids, buildings, memberships and assignments: one row per role."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from core import clock
from grids.models import Building, Grid, GridAssignment
from organizations.choices import Role
from organizations.models import Membership, Organization
from tests.factories.grids import make_building, make_grid
from tests.factories.organizations import (
    make_city,
    make_community,
    make_department,
    make_street,
    make_user,
)

pytestmark = pytest.mark.django_db

# City, street, community, other street, other community, department | grid, below, other | building, other
SEEN = {
    Role.CITY_GRID_OFFICE: ("C S K s k D", "g h x", "b y"),
    Role.AUDITOR: ("C S K s k D", "g h x", "b y"),
    Role.SYSTEM_ADMINISTRATOR: ("C S K s k D", "g h x", "b y"),
    Role.SECURITY_ADMINISTRATOR: ("C S K s k D", "g h x", "b y"),
    Role.STREET_LEADER: ("C S K D", "g h", "b"),
    Role.STREET_STAFF: ("C S K D", "g h", "b"),
    Role.COMMUNITY_STAFF: ("C S K D", "g h", "b"),
    Role.GRID_WORKER: ("C S K D", "g h", "b"),
    Role.BUILDING_HEAD: ("C S K D", "", ""),
    Role.DEPARTMENT_OFFICER: ("C D", "", ""),
    Role.DEPARTMENT_LEADER: ("C D", "", ""),
}


@pytest.fixture
def world():
    city = make_city()
    street, other_street = make_street(city), make_street(city)
    community, other_community = make_community(street), make_community(other_street)
    grid, other_grid = make_grid(community), make_grid(other_community)
    below = make_grid(community, parent=grid)
    return {
        "C": city,
        "S": street,
        "K": community,
        "s": other_street,
        "k": other_community,
        "D": make_department(city),
        "g": grid,
        "h": below,
        "x": other_grid,
        "b": make_building(below),
        "y": make_building(other_grid),
    }


def person(role, world):
    place = {
        Role.CITY_GRID_OFFICE: "C",
        Role.AUDITOR: "C",
        Role.SYSTEM_ADMINISTRATOR: "C",
        Role.SECURITY_ADMINISTRATOR: "C",
        Role.STREET_LEADER: "S",
        Role.STREET_STAFF: "S",
        Role.DEPARTMENT_OFFICER: "D",
        Role.DEPARTMENT_LEADER: "D",
    }.get(role, "K")
    if role == Role.GRID_WORKER:
        return make_user(role, world["K"], world["g"])
    if role == Role.BUILDING_HEAD:
        return make_user(role, world["K"], building=world["b"])
    return make_user(role, world[place])


def seen(model, user, world):
    rows = set(model.objects.visible_to(user))
    return {name for name, row in world.items() if isinstance(row, model) and row in rows}


@pytest.mark.parametrize("role", Role.values)
def test_each_role_sees_its_own_part(world, role):
    user = person(role, world)
    organizations, grids, buildings = SEEN[role]
    assert seen(Organization, user, world) == set(organizations.split())
    assert seen(Grid, user, world) == set(grids.split())
    assert seen(Building, user, world) == set(buildings.split())


def test_nobody_without_a_membership_today_sees_anything(world):
    today = clock.today()
    past = make_user(Role.STREET_LEADER, world["S"], valid_to=today - timedelta(days=1))
    future = make_user(Role.STREET_LEADER, world["S"], valid_from=today + timedelta(days=1))
    inactive = person(Role.CITY_GRID_OFFICE, world)
    inactive.is_active = False
    for user in (AnonymousUser(), make_user(), past, future, inactive):
        for model in (Organization, Grid, Building, GridAssignment):
            assert not model.objects.visible_to(user).exists()
        assert not Membership.objects.visible_to(user).exclude(user_id=user.pk).exists()


def test_memberships_and_assignments_are_seen_with_their_place(world):
    worker = person(Role.GRID_WORKER, world)
    stranger = make_user(Role.GRID_WORKER, world["k"], world["x"])
    staff = person(Role.COMMUNITY_STAFF, world)
    people = Membership.objects.visible_to(staff).values_list("user_id", flat=True)
    assert set(people) == {worker.pk, staff.pk}
    assert set(Membership.objects.visible_to(stranger).values_list("user_id", flat=True)) == {stranger.pk}
    assigned = GridAssignment.objects.visible_to(staff).values_list("membership__user_id", flat=True)
    assert set(assigned) == {worker.pk}
