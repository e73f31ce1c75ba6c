"""The list of QR sheets: its cost does not grow with its rows."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organizations.choices import Role
from organizations.models import Organization, User
from tests.factories.grids import make_building, make_grid
from tests.factories.organizations import make_city, make_community, make_street, make_user


def _queries(staff: User) -> int:
    client = Client()
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(reverse("qr-sheets")).status_code == 200
    return len(captured)


def _grids(community: Organization, count: int) -> None:
    for _number in range(count):
        make_building(make_grid(community))


@pytest.mark.django_db
def test_the_list_costs_the_same_for_one_grid_and_many() -> None:
    community = make_community(make_street(make_city()))
    staff = make_user(Role.COMMUNITY_STAFF, community)
    _grids(community, 1)
    few = _queries(staff)
    _grids(community, 49)
    assert _queries(staff) == few
