"""Every list page costs the same number of queries for 1 row and 50, and no more than its reviewed budget.

The budgets stand in tests/query_counts.json, so that a change of cost is seen in the difference.
"""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from gridgov.screen.city_map import city_shapes
from incidents.rules.vocabulary import Verb
from incidents.selectors.lists import PAGE_SIZE
from organizations.models import User
from tests.factories.staff_scene import Scene, do, file_case, make_scene, to_department, whistled

pytestmark = pytest.mark.django_db
BUDGETS: dict[str, int] = json.loads((Path(__file__).parents[1] / "query_counts.json").read_text())
MANY = 50

# What fills the pages → page: (address, its parameters, whose page)
PAGES: dict[str, dict[str, tuple[str, dict[str, str], str]]] = {
    "grid": {
        "work/grid_worker": ("work", {}, "grid_worker"),
        "work/grid_worker/reported": ("work", {"show": "reported"}, "grid_worker"),
        "work/community/overdue": ("work", {"show": "overdue"}, "community"),
        "board/community": ("board", {}, "community"),
        "board/street": ("board", {}, "street"),
        "board/street/newest": ("board", {"sort": "new", "q": "垃圾"}, "street"),
    },
    "department": {
        "work/officer": ("work", {}, "officer"),
        "queue/officer": ("queue", {}, "officer"),
        "queue/officer/related": ("queue", {"show": "related"}, "officer"),
    },
    "whistle": {
        "work/street/whistled": ("work", {"show": "whistled"}, "street"),
        "queue/officer/answer": ("queue", {"show": "answer"}, "officer"),
        "screen/city": ("screen", {}, "city"),
        "screen/street": ("screen", {}, "street"),
    },
}


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def fill(scene: Scene, kind: str) -> None:
    if kind == "department":
        to_department(scene)
    elif kind == "whistle":
        whistled(scene)
    else:
        file_case(scene)


def cost(user: User, name: str, parameters: dict[str, str], rows: int) -> int:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    late = clock.now() + timedelta(days=30)
    with clock.frozen_at(late), CaptureQueriesContext(connection) as queries:
        response = client.get(reverse(name), parameters)
    assert response.status_code == 200
    shown = response.context
    # The wall screen counts them all and names a few.
    count = len(shown["rows"]) if "rows" in shown else min(shown["overview"].open.value, PAGE_SIZE)
    assert count == rows
    return len(queries)


@pytest.mark.parametrize("kind", PAGES)
def test_a_list_costs_the_same_for_one_row_and_many(scene: Scene, kind: str) -> None:
    people, pages = scene.people(), PAGES[kind]
    city_shapes()  # the map is drawn once in each process
    fill(scene, kind)
    one = {page: cost(people[who], name, query, 1) for page, (name, query, who) in pages.items()}
    for _number in range(MANY - 1):
        fill(scene, kind)
    many = {page: cost(people[who], name, query, PAGE_SIZE) for page, (name, query, who) in pages.items()}
    assert one == many
    assert many == {page: BUDGETS.get(page) for page in pages}


def test_a_case_costs_the_same_after_many_steps(scene: Scene) -> None:
    incident = do(scene.officer, to_department(scene), Verb.SIGN)
    client = Client()
    client.force_login(scene.officer, backend="django.contrib.auth.backends.ModelBackend")
    costs = []
    for comments in (1, 10):
        for _number in range(comments):
            do(scene.officer, incident, Verb.COMMENT, text="已联系物业。")
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("incident", args=[incident.number]))
        costs.append(len(queries))
    assert costs == [BUDGETS.get("incident/officer")] * 2
