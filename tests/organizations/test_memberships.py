"""Roles: where each may be held, from when until when, and the three administrators apart."""

from datetime import date, timedelta

import pytest

from core import clock
from core.actor import SYSTEM, Actor
from core.errors import Conflict, Denied, DomainError, Invalid
from organizations.choices import ADMIN_ROLES, ROLE_KINDS, SEPARATED_ROLES, OrganizationKind, Role
from organizations.models import Membership
from organizations.scopes import scope_of
from organizations.services import (
    membership_end,
    membership_grant,
    membership_update,
    user_create,
    user_set_password,
    user_update,
)
from tests.factories.organizations import (
    make_city,
    make_community,
    make_department,
    make_street,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)


@pytest.fixture
def places():
    city = make_city()
    street = make_street(city)
    department = make_department(city)
    return {
        OrganizationKind.CITY: city,
        OrganizationKind.STREET: street,
        OrganizationKind.COMMUNITY: make_community(street),
        OrganizationKind.DEPARTMENT: department,
        OrganizationKind.UNIT: make_unit(department),
    }


def grant(user, organization, role, **given):
    actor = given.pop("actor", SYSTEM)
    return membership_grant(actor=actor, user=user, organization=organization, role=role, **given)


@pytest.mark.parametrize("role", Role.values)
def test_a_role_is_held_only_at_its_kinds(places, role):
    for kind, place in places.items():
        user = make_user()
        if kind in ROLE_KINDS[role]:
            assert grant(user, place, role).role == role
            user.refresh_from_db()
            assert user.is_staff is (role in ADMIN_ROLES)
        else:
            with pytest.raises(Invalid) as refused:
                grant(user, place, role)
            assert (refused.value.code, refused.value.field) == ("role_not_for_kind", "role")


def test_an_unknown_role_is_refused(places):
    with pytest.raises(Invalid) as refused:
        grant(make_user(), places["city"], "king")
    assert refused.value.field == "role"


@pytest.mark.parametrize("held", sorted(SEPARATED_ROLES))
@pytest.mark.parametrize("wanted", sorted(SEPARATED_ROLES))
def test_three_administrators_are_three_people(places, held, wanted):
    user = make_user()
    grant(user, places["city"], held, valid_from=DAY, valid_to=DAY + timedelta(days=9))
    with pytest.raises((Invalid, Conflict)):
        grant(user, places["city"], wanted, valid_from=DAY + timedelta(days=9))
    assert grant(user, places["city"], wanted, valid_from=DAY + timedelta(days=10))


def test_dates_bound_what_a_person_may_do(places):
    user = make_user()
    today = clock.today()
    membership = grant(user, places["street"], Role.STREET_STAFF, valid_from=today, valid_to=today)
    assert scope_of(user).street_ids == {places["street"].pk}
    ended = membership_end(actor=SYSTEM, membership_id=membership.pk)
    assert not Membership.objects.filter(pk=ended.pk).exists()  # it would have ended before it began
    past = grant(user, places["street"], Role.STREET_STAFF, valid_from=today - timedelta(days=3))
    membership_end(actor=SYSTEM, membership_id=past.pk)
    user.refresh_from_db()
    assert scope_of(type(user).objects.get(pk=user.pk)).posts == ()
    with pytest.raises(Conflict):
        membership_end(actor=SYSTEM, membership_id=past.pk)


def test_the_same_role_does_not_overlap_itself(places):
    user = make_user()
    first = grant(user, places["street"], Role.STREET_STAFF, valid_from=DAY)
    with pytest.raises((Conflict, Invalid)):
        grant(user, places["street"], Role.STREET_STAFF, valid_from=DAY + timedelta(days=5))
    with pytest.raises(Invalid):
        grant(make_user(), places["street"], Role.STREET_STAFF, valid_from=DAY, valid_to=date(2026, 1, 1))
    membership_update(
        actor=SYSTEM, membership_id=first.pk, title="副主任", valid_from=DAY, valid_to=DAY + timedelta(days=4)
    )
    assert grant(user, places["street"], Role.STREET_STAFF, valid_from=DAY + timedelta(days=5))


def test_nobody_changes_their_own_roles(places):
    administrator = make_user(Role.SECURITY_ADMINISTRATOR, places["city"])
    actor = Actor.of(administrator)
    other = make_user()
    granted = grant(other, places["street"], Role.STREET_LEADER, actor=actor)
    assert membership_end(actor=actor, membership_id=granted.pk)
    with pytest.raises(Denied) as refused:
        grant(administrator, places["street"], Role.STREET_LEADER, actor=actor)
    assert refused.value.code == "own_membership"


def test_granting_needs_the_permission(places):
    for role, kind in [(Role.SYSTEM_ADMINISTRATOR, "city"), (Role.STREET_LEADER, "street")]:
        actor = Actor.of(make_user(role, places[kind]))
        with pytest.raises(Denied):
            grant(make_user(), places[kind], role, actor=actor)


@pytest.mark.parametrize("password", ["short1A", "onlylettersbutlong", "12345678901", "password123"])
def test_weak_passwords_are_refused(password):
    with pytest.raises(Invalid) as refused:
        user_create(actor=SYSTEM, username="weak", full_name="弱", password=password)
    assert refused.value.field == "password"


def test_accounts_are_made_changed_and_closed_by_the_system_administrator(places):
    administrator = make_user(Role.SYSTEM_ADMINISTRATOR, places["city"])
    actor = Actor.of(administrator)
    user = user_create(actor=actor, username="chen", full_name="陈")
    assert not user.has_usable_password()
    with pytest.raises(DomainError) as taken:
        user_create(actor=actor, username="chen", full_name="陈")
    assert taken.value.field == "username"
    security = Actor.of(make_user(Role.SECURITY_ADMINISTRATOR, places["city"]))
    user_set_password(actor=security, user_id=user.pk, password="Another-2026")
    user_update(actor=actor, user_id=user.pk, is_active=False)
    user.refresh_from_db()
    assert (user.check_password("Another-2026"), user.is_active) == (True, False)
    with pytest.raises(Denied):
        user_update(actor=actor, user_id=administrator.pk, is_active=False)
    with pytest.raises(Denied):
        user_create(
            actor=Actor.of(make_user(Role.STREET_LEADER, places["street"])), username="x", full_name=""
        )


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SECURITY_ADMINISTRATOR])
def test_nobody_else_sets_a_password_or_opens_an_account_with_one(places, role):
    kind = next(iter(sorted(ROLE_KINDS[role])))
    actor = Actor.of(make_user(role, places[kind]))
    person = make_user(password="Gridgov-2026")
    with pytest.raises(Denied):
        user_set_password(actor=actor, user_id=person.pk, password="Another-2026")
    with pytest.raises(Denied):
        user_create(actor=actor, username="known", full_name="知", password="Another-2026")
    person.refresh_from_db()
    assert person.check_password("Gridgov-2026")


def test_demo_accounts_only_outside_production(settings):
    assert user_create(actor=SYSTEM, username="demo", full_name="演示", is_demo=True).is_demo
    settings.IS_PRODUCTION = True
    with pytest.raises(Denied):
        user_create(actor=SYSTEM, username="demo2", full_name="演示", is_demo=True)
