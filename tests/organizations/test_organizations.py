"""Creating, changing, moving and closing organisations: each denial beside the success it differs from."""

import pytest

from core import tree
from core.actor import RESIDENT, SYSTEM, Actor
from core.errors import Conflict, Denied, Invalid, Missing
from grids.services import grid_close
from organizations.choices import OrganizationKind, Role
from organizations.models import Organization, TierTemplate
from organizations.services import (
    organization_close,
    organization_create,
    organization_move,
    organization_update,
)
from organizations.services.moves import register_follower
from tests.factories.grids import make_grid
from tests.factories.organizations import (
    make_city,
    make_community,
    make_department,
    make_street,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return make_city()


def create(actor=SYSTEM, **given):
    values = {"code": "123456789012", "name": "新社区", "kind": OrganizationKind.COMMUNITY} | given
    return organization_create(actor=actor, **values)


@pytest.mark.parametrize(
    ("kind", "parent", "allowed"),
    [
        ("street", "city", True),
        ("street", "street", False),
        ("street", "community", False),
        ("street", "department", False),
        ("community", "street", True),
        ("community", "city", False),
        ("community", "community", False),
        ("department", "city", True),
        ("department", "street", False),
        ("unit", "department", True),
        ("unit", "street", True),
        ("unit", "community", True),
        ("unit", "city", False),
        ("city", "city", True),
        ("city", "street", False),
    ],
)
def test_tier_template_decides_what_nests_in_what(city, kind, parent, allowed):
    street = make_street(city)
    parents = {
        "city": city,
        "street": street,
        "community": make_community(street),
        "department": make_department(city),
    }
    if allowed:
        assert create(kind=kind, parent_id=parents[parent].pk).parent_id == parents[parent].pk
    else:
        with pytest.raises(Invalid) as refused:
            create(kind=kind, parent_id=parents[parent].pk)
        assert (refused.value.code, refused.value.field) == ("kind_not_allowed_here", "parent")


def test_template_is_data_not_code(city):
    street = make_street(city)
    city.tier_template.rules.filter(parent_kind="street", child_kind="community").delete()
    with pytest.raises(Invalid):
        create(parent_id=street.pk)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"code": "12345"}, "code"),
        ({"code": "12345678901a"}, "code"),
        ({"code": "１２３４５６７８９０１２"}, "code"),
        ({"name": ""}, "name"),
        ({"name": "长" * 121}, "name"),
        ({"kind": "planet"}, "parent"),
    ],
)
def test_bad_values_are_refused_at_their_field(city, given, field):
    street = make_street(city)
    count = Organization.objects.count()
    with pytest.raises(Invalid) as refused:
        create(parent_id=street.pk, **given)
    assert refused.value.field == field
    assert Organization.objects.count() == count


def test_code_is_taken_once(city):
    street = make_street(city)
    create(parent_id=street.pk)
    with pytest.raises(Invalid) as refused:
        create(parent_id=street.pk)
    assert refused.value.field == "code"


def test_only_whoever_holds_the_permission_there_or_above_may_write(city):
    street, other = make_street(city), make_street(city)
    office = make_user(Role.CITY_GRID_OFFICE, city)
    assert create(Actor.of(office), parent_id=street.pk)
    outsider = make_user(Role.STREET_STAFF, other)
    with pytest.raises(Missing):
        create(Actor.of(outsider), code="123456789013", parent_id=street.pk)
    insider = make_user(Role.STREET_STAFF, street)
    with pytest.raises(Denied):
        create(Actor.of(insider), code="123456789013", parent_id=street.pk)
    with pytest.raises(Missing):
        create(RESIDENT, code="123456789013", parent_id=street.pk)
    with pytest.raises(Denied):
        create(Actor.of(office), kind="city", tier_template=city.tier_template)


def test_move_takes_the_branch_along_and_keeps_the_tree_sound(city):
    old, new = make_street(city), make_street(city)
    community = make_community(old)
    unit, grid = make_unit(community), make_grid(community)
    organization_move(actor=SYSTEM, organization_id=community.pk, parent_id=new.pk)
    unit.refresh_from_db()
    grid.refresh_from_db()
    assert list(tree.ancestors(unit)) == [city, new, community]
    assert grid.community.parent_id == new.pk
    assert tree.find_damage(Organization) == []


def test_move_beside_a_sibling_orders_them(city):
    first, second, third = (make_street(city) for _ in range(3))
    organization_move(
        actor=SYSTEM, organization_id=third.pk, parent_id=city.pk, beside_id=first.pk, side="left"
    )
    ordered = tree.in_tree_order(Organization.objects.filter(parent=city))
    assert list(ordered) == [third, first, second]
    with pytest.raises(Conflict):
        organization_move(actor=SYSTEM, organization_id=third.pk, parent_id=city.pk, beside_id=city.pk)


def test_move_refuses_circles_wrong_kinds_and_closed_parents(city):
    county = create(kind="city", code="111111000000", parent_id=city.pk)
    street = make_street(county)
    with pytest.raises(Invalid) as circle:
        organization_move(actor=SYSTEM, organization_id=city.pk, parent_id=county.pk)
    assert circle.value.code == "moves_into_itself"
    with pytest.raises(Invalid) as kind:
        organization_move(actor=SYSTEM, organization_id=county.pk, parent_id=make_street(city).pk)
    assert kind.value.code == "kind_not_allowed_here"
    closed = make_street(city)
    organization_close(actor=SYSTEM, organization_id=closed.pk)
    with pytest.raises(Invalid) as gone:
        organization_move(actor=SYSTEM, organization_id=make_community(street).pk, parent_id=closed.pk)
    assert gone.value.code == "parent_closed"
    assert tree.find_damage(Organization) == []


def test_followers_run_in_the_transaction_of_the_move(city, monkeypatch):
    seen = []
    monkeypatch.setattr("organizations.services.moves._followers", [])
    register_follower(lambda actor, moved: seen.append((actor, moved.parent_id)))
    old, new = make_street(city), make_street(city)
    community = make_community(old)
    organization_move(actor=SYSTEM, organization_id=community.pk, parent_id=old.pk)
    assert seen == []
    organization_move(actor=SYSTEM, organization_id=community.pk, parent_id=new.pk)
    assert seen == [(SYSTEM, new.pk)]

    def refuse(_actor, _moved):
        raise Invalid("no", "no")

    register_follower(refuse)
    with pytest.raises(Invalid):
        organization_move(actor=SYSTEM, organization_id=community.pk, parent_id=old.pk)
    community.refresh_from_db()
    assert community.parent_id == new.pk
    assert tree.find_damage(Organization) == []


def test_close_waits_for_what_stands_below(city):
    street = make_street(city)
    community = make_community(street)
    grid = make_grid(community)
    with pytest.raises(Invalid):
        organization_close(actor=SYSTEM, organization_id=street.pk)
    with pytest.raises(Invalid) as grids:
        organization_close(actor=SYSTEM, organization_id=community.pk)
    assert grids.value.code == "community_has_open_grids"
    grid_close(actor=SYSTEM, grid_id=grid.pk)
    assert organization_close(actor=SYSTEM, organization_id=community.pk).is_closed
    assert organization_close(actor=SYSTEM, organization_id=street.pk).is_closed
    with pytest.raises(Conflict):
        organization_close(actor=SYSTEM, organization_id=street.pk)
    with pytest.raises(Invalid):
        create(parent_id=street.pk)


def test_update_changes_what_is_given_and_checks_the_template(city):
    street = make_street(city)
    make_community(street)
    changed = organization_update(actor=SYSTEM, organization_id=street.pk, name="新名", phone="0593-1")
    assert (changed.name, changed.phone, changed.code) == ("新名", "0593-1", street.code)
    bare = TierTemplate.objects.create(code="bare", name="只有市")
    with pytest.raises(Invalid) as refused:
        organization_update(actor=SYSTEM, organization_id=city.pk, tier_template=bare)
    assert refused.value.code == "kind_not_allowed_here"
    with pytest.raises(Invalid):
        organization_update(actor=SYSTEM, organization_id=street.pk, tier_template=bare)
    other = TierTemplate.objects.get(code="fuyu-three")
    assert organization_update(actor=SYSTEM, organization_id=city.pk, tier_template=other)
