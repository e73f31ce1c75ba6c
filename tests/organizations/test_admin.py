"""The administration pages: the same refusals as the services, rows within sight, Chinese throughout."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import tree
from core.actor import Actor
from core.errors import Invalid
from organizations.choices import Role
from organizations.models import Membership, Organization, User
from organizations.services import organization_move
from tests.factories.organizations import (
    make_city,
    make_community,
    make_department,
    make_street,
    make_user,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/organizations/organization/"


@pytest.fixture
def city():
    return make_city()


@pytest.fixture
def administrator(city, client):
    user = make_user(Role.SYSTEM_ADMINISTRATOR, city)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def form_of(organization, **changes):
    values = {
        "parent": organization.parent_id or "",
        "code": organization.code,
        "name": organization.name,
        "tier_template": organization.tier_template_id or "",
        "duties": organization.duties,
        "phone": organization.phone,
    }
    return values | changes


def test_a_refused_move_reads_the_same_by_service_form_and_drag(city, administrator, client):
    community = make_community(make_street(city))
    department = make_department(city)
    with pytest.raises(Invalid) as refused:
        organization_move(
            actor=Actor.of(administrator), organization_id=community.pk, parent_id=department.pk
        )
    message = refused.value.message
    shown = client.post(f"{LIST}{community.pk}/change/", form_of(community, parent=department.pk, name="新"))
    assert shown.context["errors"].data
    assert message in shown.context["adminform"].form.errors["parent"]
    dragged = client.post(
        LIST,
        {"cmd": "move_node", "position": "last-child", "cut_item": community.pk, "pasted_on": department.pk},
        follow=True,
    )
    assert dragged.status_code == 422
    assert message in [str(entry) for entry in client.get(LIST).context["messages"]]
    community.refresh_from_db()
    assert (community.parent.kind, community.name) == ("street", community.name)
    assert community.name != "新"


def test_a_permitted_move_by_form_and_by_drag_is_logged(city, administrator, client):
    first, second = make_street(city), make_street(city)
    community = make_community(first)
    client.post(f"{LIST}{community.pk}/change/", form_of(community, parent=second.pk, name="新名"))
    community.refresh_from_db()
    assert (community.parent_id, community.name) == (second.pk, "新名")
    drag = {"cmd": "move_node", "position": "last-child", "cut_item": community.pk, "pasted_on": first.pk}
    assert client.post(LIST, drag).status_code == 200
    client.post(LIST, drag | {"cut_item": second.pk, "pasted_on": first.pk, "position": "left"})
    community.refresh_from_db()
    assert community.parent_id == first.pk
    assert list(tree.in_tree_order(Organization.objects.filter(parent=city))) == [second, first]
    assert LogEntry.objects.filter(user=administrator).count() == 3
    assert tree.find_damage(Organization) == []
    assert client.post(LIST, drag | {"cut_item": "x"}).status_code == 409
    assert client.post(LIST, drag | {"cut_item": "²"}).status_code == 409


def test_people_reach_only_rows_within_their_sight(city, client):
    street, other = make_street(city), make_street(city)
    client.force_login(
        make_user(Role.STREET_STAFF, street), backend="django.contrib.auth.backends.ModelBackend"
    )
    page = client.get(LIST)
    assert other.name not in page.text
    assert street.name in page.text
    assert client.get(f"{LIST}{street.pk}/change/").status_code == 200
    assert client.get(f"{LIST}{other.pk}/change/").status_code == 302
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.get("/admin/organizations/user/").status_code == 403
    for role in (Role.GRID_WORKER, Role.DEPARTMENT_OFFICER):
        place = make_community(street) if role == Role.GRID_WORKER else make_department(city)
        client.force_login(make_user(role, place), backend="django.contrib.auth.backends.ModelBackend")
        assert client.get("/admin/").status_code == 302


def test_adding_an_organisation_and_a_person(city, administrator, client):
    street = make_street(city)
    given = form_of(Organization(code="123456789012", name="新社区"), parent=street.pk, kind="community")
    assert client.post(f"{LIST}add/", given).status_code == 302
    assert Organization.objects.get(code="123456789012").parent_id == street.pk
    again = client.post(f"{LIST}add/", given)
    assert "code" in again.context["adminform"].form.errors
    people = "/admin/organizations/user/add/"
    empty = {f"memberships-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    assert "new_password" not in client.get(people).text
    # A password sent all the same is not taken: the security administrator gives the first one.
    client.post(people, empty | {"username": "li", "full_name": "李", "new_password": "Gridgov-2026"})
    assert not User.objects.get(username="li").has_usable_password()


def test_only_the_security_administrator_sets_passwords(city, administrator, client):
    person = make_user(password="Gridgov-2026")
    address = f"/admin/organizations/user/{person.pk}/change/"
    given = {f"memberships-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")} | {
        "full_name": "李",
        "is_active": "on",
        "new_password": "Another-2026",
    }
    assert "new_password" not in client.get(address).text
    assert client.post(address, given).status_code == 302
    person.refresh_from_db()
    assert (person.full_name, person.check_password("Gridgov-2026")) == ("李", True)

    security = make_user(Role.SECURITY_ADMINISTRATOR, city)
    client.force_login(security, backend="django.contrib.auth.backends.ModelBackend")
    weak = client.post(address, given | {"new_password": "123"})
    assert weak.context["adminform"].form.errors
    assert client.post(address, given).status_code == 302
    person.refresh_from_db()
    assert person.check_password("Another-2026")


def test_roles_are_given_and_ended_by_the_security_administrator(city, client):
    security = make_user(Role.SECURITY_ADMINISTRATOR, city)
    client.force_login(security, backend="django.contrib.auth.backends.ModelBackend")
    person, street = make_user(), make_street(city)
    address = "/admin/organizations/membership/"
    given = {
        "user": person.pk,
        "organization": street.pk,
        "role": Role.GRID_WORKER,
        "valid_from": "2026-01-01",
    }
    refused = client.post(f"{address}add/", given)
    assert "role" in refused.context["adminform"].form.errors
    client.post(f"{address}add/", given | {"role": Role.STREET_STAFF})
    membership = Membership.objects.get(user=person)
    client.post(address, {"action": "end", "_selected_action": [membership.pk]})
    membership.refresh_from_db()
    assert membership.valid_to is not None
    own = Membership.objects.get(user=security)
    client.post(address, {"action": "end", "_selected_action": [own.pk]})
    own.refresh_from_db()
    assert own.valid_to is None


@pytest.mark.parametrize("path", ["", "organizations/organization/", "organizations/user/", "grids/grid/"])
def test_pages_carry_a_policy_that_forbids_inline_scripts(administrator, client, path):
    page = client.get(f"/admin/{path}")
    policy = page.headers["Content-Security-Policy"]
    assert page.status_code == 200
    assert "script-src 'self' 'unsafe-eval';" in f"{policy};"
    assert "unsafe-eval" not in client.get("/accounts/password/").headers["Content-Security-Policy"]


def test_the_tree_costs_the_same_queries_for_one_row_and_many(city, administrator, client):
    def cost():
        client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        return len(queries)

    one = cost()
    for _number in range(30):
        make_street(city)
    assert cost() == one
