"""People, households, dwellings and mismatches follow when buildings, grids and communities move."""

import pytest

from core.actor import SYSTEM
from grids.services import building_update, grid_move
from organizations.services import organization_move
from residents.models import Dwelling, Household, Mismatch, Person
from tests.factories.grids import make_grid
from tests.factories.organizations import make_street
from tests.factories.resident_town import Town, make_town

pytestmark = pytest.mark.django_db
MODELS = (Dwelling, Household, Person, Mismatch)


@pytest.fixture
def town() -> Town:
    return make_town()


def places(town: Town, *columns: str) -> set[tuple[int, ...]]:
    found: set[tuple[int, ...]] = set()
    for model in MODELS:
        found |= set(model._default_manager.filter(building=town.building).values_list(*columns))
    return found


def test_a_building_takes_its_people_along(town: Town) -> None:
    building_update(
        actor=SYSTEM,
        building_id=town.building.pk,
        grid_id=town.other_grid.pk,
        code=town.building.code,
        name=town.building.name,
    )
    assert places(town, "grid_id", "community_id") == {(town.other_grid.pk, town.other.pk)}


def test_a_grid_takes_its_people_along(town: Town) -> None:
    grid_move(actor=SYSTEM, grid_id=town.grid.pk, parent_id=None, community_id=town.other.pk)
    assert places(town, "grid_id", "community_id") == {(town.grid.pk, town.other.pk)}


def test_a_community_takes_its_people_along(town: Town) -> None:
    street = make_street(town.city)
    organization_move(actor=SYSTEM, organization_id=town.community.pk, parent_id=street.pk)
    assert places(town, "community_id", "street_id") == {(town.community.pk, street.pk)}
    assert set(Person.objects.exclude(building=town.building).values_list("street_id")) <= {(street.pk,)}


def test_a_building_that_stays_moves_nobody(town: Town) -> None:
    make_grid(town.community)
    before = places(town, "grid_id", "community_id", "street_id")
    building_update(
        actor=SYSTEM,
        building_id=town.building.pk,
        grid_id=town.grid.pk,
        code=town.building.code,
        name="新名",
    )
    assert places(town, "grid_id", "community_id", "street_id") == before
