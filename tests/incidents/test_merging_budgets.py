"""The lists of the telephone desk and of repeated places cost the same for one row and many."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from incidents.rules.vocabulary import Verb
from incidents.selectors.lists import PAGE_SIZE
from tests.factories.incidents import do, make_incident, small_city

pytestmark = pytest.mark.django_db
BUDGETS = json.loads((Path(__file__).parents[1] / "query_counts.json").read_text())


def cost(client, name, parameters=None):
    with CaptureQueriesContext(connection) as queries:
        response = client.get(reverse(name), parameters or {})
    assert response.status_code == 200
    return len(queries), len(response.context["rows"])


def test_lists_of_calls_and_repeats_keep_their_budgets():
    city = small_city()
    client = Client()
    client.force_login(city["street_staff"], backend="django.contrib.auth.backends.ModelBackend")

    def finish(number):
        incident = make_incident(
            city, reporter_phone="13900001111", address=f"路灯杆 {number}", description=f"第 {number} 处"
        )
        do(city, "grid_worker", incident, Verb.SIGN)
        do(city, "grid_worker", incident, Verb.FINISH, note="已清理")

    pages = [("callbacks", {}), ("repeats", {"by": "address"})]
    for _each in range(3):
        finish(0)
    few = {name: cost(client, name, query) for name, query in pages}
    assert (few["callbacks"][1], few["repeats"][1]) == (3, 1)
    for number in range(1, 9):
        for _each in range(3):
            finish(number)
    many = {name: cost(client, name, query) for name, query in pages}
    assert (many["callbacks"][1], many["repeats"][1]) == (PAGE_SIZE, 9)
    assert {name: queries for name, (queries, _rows) in few.items()} == {
        name: BUDGETS.get(name) for name, _query in pages
    }
    assert [queries for queries, _rows in few.values()] == [queries for queries, _rows in many.values()]
