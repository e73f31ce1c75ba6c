"""Incidents follow when the hierarchy moves: street, community, and open ones their owner."""

import pytest

from core import tree
from core.actor import SYSTEM
from core.errors import Invalid
from grids.models import Grid
from grids.services import assignment_end, grid_move
from incidents.models import Incident
from organizations.services import organization_move
from tests.factories.incidents import GARBAGE, MANHOLE, make_incident

pytestmark = pytest.mark.django_db


def test_a_moved_community_takes_its_incidents_along(city):
    community, new = city.communities[0], city.streets[1]
    at_street = make_incident(city, category_code=MANHOLE)
    at_grid = make_incident(city, category_code=GARBAGE)
    elsewhere = make_incident(city, category_code=MANHOLE, grid_id=city.grids[-1].pk)
    organization_move(actor=SYSTEM, organization_id=community.pk, parent_id=new.pk)
    assert set(Incident.objects.values_list("pk", "street_id", "community_id")) == {
        (at_street.pk, new.pk, community.pk),
        (at_grid.pk, new.pk, community.pk),
        (elsewhere.pk, new.pk, city.communities[-1].pk),
    }
    at_street.refresh_from_db()
    at_grid.refresh_from_db()
    assert at_street.owner_organization_id == new.pk
    assert at_grid.owner_organization_id == community.pk


def test_a_moved_grid_takes_its_incidents_along_once_its_people_are_released(city):
    grid, community = city.grids[0], city.communities[-1]
    incident = make_incident(city, category_code=GARBAGE)
    with pytest.raises(Invalid) as refused:
        grid_move(actor=SYSTEM, grid_id=grid.pk, parent_id=None, community_id=community.pk)
    assert refused.value.code == "grid_has_people"
    for pk in grid.assignments.values_list("pk", flat=True):
        assignment_end(actor=SYSTEM, assignment_id=pk)
    grid_move(actor=SYSTEM, grid_id=grid.pk, parent_id=None, community_id=community.pk)
    incident.refresh_from_db()
    assert (incident.community_id, incident.street_id) == (community.pk, city.streets[1].pk)
    assert incident.owner_organization_id == community.pk
    assert tree.find_damage(Grid) == []
