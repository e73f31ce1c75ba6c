"""Lists of the administration: their cost does not grow with their rows."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organizations.choices import Role
from organizations.models import Organization, User
from tests.factories.grids import make_building, make_grid
from tests.factories.organizations import make_city, make_community, make_street, make_user

LISTS = (
    "organizations_organization",
    "organizations_user",
    "organizations_membership",
    "grids_grid",
    "grids_building",
    "grids_gridassignment",
)


def _costs(administrator: User) -> dict[str, int]:
    client = Client()
    client.force_login(administrator, backend="django.contrib.auth.backends.ModelBackend")
    costs = {}
    for name in LISTS:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(f"admin:{name}_changelist")).status_code == 200
        costs[name] = len(captured)
    return costs


def _more(street: Organization, count: int) -> None:
    for _number in range(count):
        community = make_community(street)
        grid = make_grid(community)
        make_building(grid)
        make_user(Role.GRID_WORKER, community, grid)


@pytest.mark.django_db
def test_lists_cost_the_same_for_one_row_and_many() -> None:
    city = make_city()
    street = make_street(city)
    administrator = make_user(Role.SYSTEM_ADMINISTRATOR, city)
    _more(street, 1)
    _costs(administrator)  # content types and the like are read once per process
    few = _costs(administrator)
    _more(street, 49)
    assert _costs(administrator) == few
