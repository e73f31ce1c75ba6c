"""A position finds its grid, also after grids have changed."""

from decimal import Decimal

import pytest

from core.actor import SYSTEM
from grids.locator import grid_at
from grids.services import grid_close, grid_update
from tests.factories.grids import make_grid, square
from tests.factories.organizations import make_city, make_community, make_street

pytestmark = pytest.mark.django_db


@pytest.fixture
def community():
    return make_community(make_street(make_city()))


def test_grid_at_finds_the_leaf_and_nothing_outside(community):
    large = make_grid(community, square(120.0, 26.9, 0.02))
    small = make_grid(community, square(120.0, 26.9, 0.01), parent=large)
    assert grid_at(Decimal("120.005"), Decimal("26.905")) == small
    assert grid_at(120.015, 26.915) is None  # only in the grid above, which is no leaf
    assert grid_at(121.0, 26.9) is None


def test_grid_at_takes_the_smaller_of_two_and_points_on_the_boundary(community):
    make_grid(community, square(120.0, 26.9, 0.02))
    inner = make_grid(community, square(120.0, 26.9, 0.01))
    assert grid_at(120.0, 26.9) == inner


def test_grid_at_follows_changes(community):
    grid = make_grid(community, square(120.0, 26.9))
    assert grid_at(120.005, 26.905) == grid
    grid_update(actor=SYSTEM, grid_id=grid.pk, boundary=square(121.0, 26.9))
    assert grid_at(120.005, 26.905) is None
    assert grid_at(121.005, 26.905) == grid
    grid_close(actor=SYSTEM, grid_id=grid.pk)
    assert grid_at(121.005, 26.905) is None


def test_grid_at_needs_two_queries(community, django_assert_num_queries):
    make_grid(community, square(120.0, 26.9))
    grid_at(120.005, 26.905)
    with django_assert_num_queries(2):
        assert grid_at(120.005, 26.905) is not None
