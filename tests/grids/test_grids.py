"""Grids, buildings and assignments: tiers, places, boundaries, and who may."""

from decimal import Decimal

import pytest

from core import tree
from core.actor import SYSTEM, Actor
from core.errors import Conflict, Denied, Invalid, Missing
from grids.models import Grid
from grids.services import (
    assignment_end,
    building_create,
    building_update,
    grid_assign,
    grid_close,
    grid_create,
    grid_move,
    grid_update,
)
from organizations.choices import Role
from organizations.models import Membership
from tests.factories.grids import make_building, make_grid, square
from tests.factories.organizations import make_city, make_community, make_street, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def street():
    return make_street(make_city())


@pytest.fixture
def community(street):
    return make_community(street)


def create(community, **given):
    values = {"code": "350921001001001", "name": "网格"} | given
    actor = values.pop("actor", SYSTEM)
    return grid_create(actor=actor, community_id=community.pk, **values)


def test_the_tier_follows_the_place_and_the_template_bounds_it(community, street):
    large = make_grid(community)
    small = make_grid(community, parent=large)
    assert (large.tier, small.tier) == (1, 2)
    with pytest.raises(Invalid) as third:  # the city's template ends at the second tier
        make_grid(community, parent=small)
    assert third.value.code == "kind_not_allowed_here"
    with pytest.raises(Invalid) as wrong:
        create(street)
    assert (wrong.value.code, wrong.value.field) == ("not_a_community", "community")
    with pytest.raises(Invalid):
        create(make_community(street), parent_id=large.pk)


@pytest.mark.parametrize("code", ["", "35092100100100", "35092100100100A", "3509210010010011"])
def test_grid_codes_have_fifteen_digits(community, code):
    with pytest.raises(Invalid) as refused:
        create(community, code=code)
    assert refused.value.field == "code"


@pytest.mark.parametrize(
    "boundary",
    [
        {"type": "Point", "coordinates": [120, 27]},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[120, 27], [121, 27]]]},
        {"type": "Polygon", "coordinates": [[["x", "y"], [1, 2], [3, 4], ["x", "y"]]]},
        {"type": "Polygon", "coordinates": [[[120, 27], [121, 28], [121, 27], [120, 28], [120, 27]]]},
        {"type": "Polygon", "coordinates": [[[27, 120], [27, 121], [28, 121], [27, 120]]]},
        ["no", "object"],
        "text",
        17,
    ],
)
def test_bad_boundaries_are_refused(community, boundary):
    with pytest.raises(Invalid) as refused:
        create(community, boundary=boundary)
    assert refused.value.field == "boundary"
    assert not Grid.objects.exists()


def test_moving_keeps_tiers_true_and_the_forest_sound(community):
    first, second = make_grid(community), make_grid(community)
    moved = grid_move(actor=SYSTEM, grid_id=second.pk, parent_id=first.pk)
    assert (moved.tier, moved.parent_id) == (2, first.pk)
    with pytest.raises(Invalid) as circle:
        grid_move(actor=SYSTEM, grid_id=first.pk, parent_id=second.pk)
    assert circle.value.code == "moves_into_itself"
    third = make_grid(community)
    with pytest.raises(Invalid):
        grid_move(actor=SYSTEM, grid_id=first.pk, parent_id=third.pk)  # its own child would be tier 3
    back = grid_move(actor=SYSTEM, grid_id=second.pk, parent_id=None, beside_id=third.pk, side="right")
    assert (back.tier, back.parent_id) == (1, None)
    assert list(tree.in_tree_order(Grid.objects.all())) == [first, third, back]
    assert tree.find_damage(Grid) == []


def test_moving_to_another_community_takes_the_branch(community, street):
    other = make_community(street)
    large = make_grid(community)
    small = make_grid(community, parent=large)
    grid_move(actor=SYSTEM, grid_id=large.pk, parent_id=None, community_id=other.pk)
    small.refresh_from_db()
    assert (small.community_id, small.tier) == (other.pk, 2)
    assert tree.find_damage(Grid) == []


def test_closing_waits_for_the_grids_below(community):
    large = make_grid(community)
    small = make_grid(community, parent=large)
    with pytest.raises(Invalid):
        grid_close(actor=SYSTEM, grid_id=large.pk)
    grid_close(actor=SYSTEM, grid_id=small.pk)
    assert grid_close(actor=SYSTEM, grid_id=large.pk).closed_on
    with pytest.raises(Conflict):
        grid_close(actor=SYSTEM, grid_id=large.pk)
    with pytest.raises(Invalid):
        make_building(large)


def test_boundaries_are_set_and_cleared(community):
    grid = make_grid(community, square(120, 27))
    assert grid_update(actor=SYSTEM, grid_id=grid.pk, name="新名").boundary == square(120, 27)
    assert grid_update(actor=SYSTEM, grid_id=grid.pk, clear_boundary=True).boundary is None


def test_who_may_write_grids_and_buildings(community, street):
    grid = make_grid(community)
    staff = Actor.of(make_user(Role.STREET_STAFF, street))
    assert create(community, actor=staff)
    assert building_create(actor=staff, grid_id=grid.pk, code="B-1", name="1号楼")
    worker = Actor.of(make_user(Role.GRID_WORKER, community, grid))
    with pytest.raises(Denied):
        grid_update(actor=worker, grid_id=grid.pk, name="不行")
    with pytest.raises(Denied):
        building_create(actor=worker, grid_id=grid.pk, code="B-2", name="2号楼")
    stranger = Actor.of(make_user(Role.STREET_STAFF, make_street(street.parent)))
    with pytest.raises(Missing):
        grid_update(actor=stranger, grid_id=grid.pk, name="看不见")


def test_buildings_have_both_coordinates_or_none(community):
    grid, other = make_grid(community), make_grid(community)
    with pytest.raises(Invalid):
        make_building(grid, longitude=Decimal("120"))
    with pytest.raises(Invalid):
        make_building(grid, longitude=Decimal("200"), latitude=Decimal("27"))
    building = make_building(grid, longitude=Decimal("120"), latitude=Decimal("27"))
    changed = building_update(
        actor=SYSTEM, building_id=building.pk, grid_id=other.pk, code=building.code, name="新楼"
    )
    assert (changed.grid, changed.name, changed.longitude) == (other, "新楼", None)
    with pytest.raises(Invalid) as taken:
        make_building(grid, code=building.code)
    assert taken.value.field == "code"


def test_assignments_fit_role_community_and_building(community, street):
    grid = make_grid(community)
    building, elsewhere = make_building(grid), make_grid(make_community(street))
    worker = Membership.objects.get(user=make_user(Role.GRID_WORKER, community))
    head = Membership.objects.get(user=make_user(Role.BUILDING_HEAD, community))
    staff = Membership.objects.get(user=make_user(Role.COMMUNITY_STAFF, community))
    for membership, place, house, code in [
        (staff, grid, None, "role_without_grids"),
        (worker, elsewhere, None, "grid_of_other_community"),
        (worker, make_grid(community), building, "building_of_other_grid"),
        (head, grid, None, "building_needed"),
    ]:
        with pytest.raises(Invalid) as refused:
            grid_assign(actor=SYSTEM, membership=membership, grid=place, building=house)
        assert refused.value.code == code
    assert grid_assign(actor=SYSTEM, membership=head, grid=grid, building=building)
    assigned = grid_assign(actor=SYSTEM, membership=worker, grid=grid)
    with pytest.raises(Invalid):
        grid_assign(actor=SYSTEM, membership=worker, grid=grid)
    assignment_end(actor=SYSTEM, assignment_id=assigned.pk)
    assert grid_assign(actor=SYSTEM, membership=worker, grid=grid)
