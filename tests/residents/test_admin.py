"""The administration shows files to whoever sees them, changes none, and never shows a number."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.actor import SYSTEM
from organizations.choices import Role
from organizations.models import User
from residents.models import OccupancyLimit
from residents.sealing import open_document
from residents.services import person_move
from residents.services.reference import load
from tests.factories.resident_town import DAY, Town, fresh, make_town
from tests.factories.residents import make_person

pytestmark = pytest.mark.django_db
LISTS = ("person", "household", "dwelling", "mismatch", "mergerecord")


@pytest.fixture
def town() -> Town:
    return make_town()


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(name: str, what: str = "changelist", *args: Any) -> str:
    return reverse(f"admin:residents_{name}_{what}", args=args)


def test_a_file_is_shown_with_its_history_and_without_numbers(town: Town) -> None:
    person_move(
        actor=SYSTEM,
        person_id=town.child.pk,
        household_id=town.near.pk,
        effective_on=DAY,
        kinship="head",
    )
    client = client_of(town.user(Role.COMMUNITY_STAFF))
    page = client.get(address("person", "change", town.child.pk))
    assert page.status_code == 200
    words = page.content.decode()
    assert town.child.name in words
    assert DAY.isoformat() in words
    child = fresh(town.child)
    for number in (open_document(child), child.document_sealed, str(child.document_mark)):
        assert number not in words
    assert client.post(address("person", "change", town.child.pk), {"name": "x"}).status_code == 403
    assert client.get(address("household", "change", town.household.pk)).status_code == 200
    strange = client_of(town.user(there=True))
    assert strange.get(address("person", "change", town.child.pk)).status_code == 302
    assert town.child.name not in strange.get(address("person")).content.decode()


def test_lists_cost_the_same_for_few_and_many(town: Town) -> None:
    client = client_of(town.user(Role.COMMUNITY_STAFF))
    costs = []
    for _round in range(2):
        _cost(client)
        costs.append(_cost(client))
        for _person in range(20):
            make_person(town.household, "周七", kinship="other_kin")
    assert costs[0] == costs[1]


def _cost(client: Client) -> dict[str, int]:
    found = {}
    for name in LISTS:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(name)).status_code == 200
        found[name] = len(queries)
    return found


def test_the_city_edits_the_limits(town: Town) -> None:
    load(actor=SYSTEM)
    limit = OccupancyLimit.objects.get(use="rented")
    change = address("occupancylimit", "change", limit.pk)
    given = {"use": "rented", "square_metres_each": "7", "people_at_most": ""}
    assert client_of(town.user(Role.COMMUNITY_STAFF)).post(change, given).status_code == 403
    answer = client_of(town.user(Role.CITY_GRID_OFFICE)).post(change, given)
    assert answer.status_code == 302
    assert (fresh(limit).square_metres_each, fresh(limit).edited_locally) == (Decimal(7), True)
