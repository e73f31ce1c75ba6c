"""That hiding a few incidents does not cost the lists of all others their indexes."""

import pytest
from django.db import connection

from incidents.models import Category, Incident
from incidents.selectors.lists import ORDERS
from organizations.choices import Role
from organizations.models import Membership, User
from tests.benchmarks.city import Size, load_city

# Loading a city ends with VACUUM, which no transaction may hold.
pytestmark = pytest.mark.django_db(transaction=True)

PAGES = [
    (Role.CITY_GRID_OFFICE, "due", "inc_open_city_due"),
    (Role.CITY_GRID_OFFICE, "new", "inc_open_city_new"),
    (Role.STREET_STAFF, "due", "inc_open_street_due"),
    (Role.STREET_STAFF, "new", "inc_open_street_new"),
    (Role.COMMUNITY_STAFF, "due", "inc_open_comm_due"),
    (Role.COMMUNITY_STAFF, "new", "inc_open_comm_new"),
]


def test_pages_keep_their_partial_indexes_and_count_without_touching_more() -> None:
    load_city(Size(0.01, all_incidents=12_000, open_incidents=9_000))
    withhold_some()
    for role, order, index in PAGES:
        seen = Incident.objects.visible_to(person(role)).open()
        page = seen.order_by(*ORDERS[order])[:26]
        plan = page.explain(analyze=True, buffers=True)
        assert index in plan, f"{role} {order}:\n{plan}"
        assert "Sort" not in plan, f"{role} {order}:\n{plan}"
        hidden = Incident.objects.open().count() - seen.count()
        assert hidden > 0


def withhold_some() -> None:
    """Make one category in 74 secret for nobody here, and let one report in 50 be about a street."""
    secret = Category.objects.order_by("pk")[0]
    Category.objects.filter(pk=secret.pk).update(is_secret=True, secret_roles=[Role.AUDITOR])
    Incident.objects.filter(category=secret).update(is_secret=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE incidents_incident SET accused_organization_id = street_id "
            "WHERE id %% 50 = 0 AND owner_organization_id <> street_id",
            [],
        )
        cursor.execute("ANALYZE incidents_incident")


def person(role: str) -> User:
    """Return somebody who holds the role, at the first unit that has one."""
    return User.objects.get(pk=Membership.objects.filter(role=role).order_by("pk")[0].user_id)
