"""check_tree finds damage in any tree and mends it from the parents."""

import pytest
from django.core.management import CommandError, call_command

from core import tree
from grids.models import Grid
from organizations.models import Organization
from tests.factories.grids import make_grid
from tests.factories.organizations import make_city, make_community, make_street

DAMAGE = [{"lft": 1}, {"rght": 0}, {"tree_id": 99}, {"level": 0}, {"lft": 50, "rght": 51}]
pytestmark = pytest.mark.django_db


@pytest.fixture
def branch():
    city = make_city()
    community = make_community(make_street(city))
    grid = make_grid(community)
    return [make_grid(community, parent=grid), community]


@pytest.mark.parametrize("model", [Organization, Grid])
@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_found_and_mended(branch, model, damage):
    call_command("check_tree")
    node = next(found for found in branch if isinstance(found, model))
    model.objects.filter(pk=node.pk).update(**damage)
    with pytest.raises(CommandError, match=model._meta.label):
        call_command("check_tree")
    call_command("check_tree", repair=True)
    assert tree.find_damage(model) == []


def test_a_circle_of_parents_cannot_be_rebuilt_and_is_said(branch):
    community = branch[1]
    Organization.objects.filter(pk=community.parent_id).update(parent=community)
    with pytest.raises(CommandError):
        call_command("check_tree", repair=True)
