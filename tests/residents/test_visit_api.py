"""Visits by REST: the same rules and codes as on the page, and one visit however often it is sent."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from core.actor import SYSTEM
from residents.models import Household, Need, Visit
from residents.rules.visits import NeedDraft, VisitDraft
from residents.services import need_answer, visit_save
from tests.factories.incidents import GARBAGE, SmallCity, small_city
from tests.factories.residents import make_household, make_person

pytestmark = pytest.mark.django_db
VISITS, ROUTE = "/api/residents/visits/", "/api/residents/visits/route/"


@pytest.fixture
def city() -> SmallCity:
    return small_city()


@pytest.fixture
def household(city: SmallCity) -> Household:
    made = make_household(city.buildings[0])
    make_person(made, "林一")
    return made


def send(city: SmallCity, who: str, body: Any, key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client_of(city, who).post(VISITS, body, content_type="application/json", headers=headers)


def client_of(city: SmallCity, who: str) -> Client:
    client = Client()
    client.force_login(city[who], backend="django.contrib.auth.backends.ModelBackend")
    return client


def body_of(household: Household, **changes: Any) -> dict[str, Any]:
    people = list(household.people.values_list("pk", flat=True))
    return {"household": household.pk, "outcome": "met", "confirmed": people, **changes}


def test_a_visit_is_saved_once_however_often_it_is_sent(city: SmallCity, household: Household) -> None:
    key = str(uuid4())
    body = body_of(household, needs=[{"kind": "problem", "text": "楼道堆物", "category": GARBAGE}])
    first, again = (send(city, "grid_worker", body, key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.json()["needs"][0]["incident_number"]
    assert Visit.objects.count() == 1
    other = send(city, "grid_worker", body_of(household), key)
    assert (other.status_code, other.json()["code"]) == (409, "key_taken")
    assert send(city, "grid_worker", body, "no-uuid").json()["code"] == "idempotency_key_invalid"


def test_refusals_have_the_codes_of_the_page(city: SmallCity, household: Household) -> None:
    draft = VisitDraft(
        outcome="met",
        confirmed=frozenset(household.people.values_list("pk", flat=True)),
        needs=(NeedDraft(kind="wish", text="书桌"),),
    )
    visit_save(actor=SYSTEM, household_id=household.pk, draft=draft)
    need = Need.objects.get()
    need_answer(actor=SYSTEM, need_id=need.pk, answer="已送到")
    untold = send(city, "grid_worker", body_of(household))
    assert (untold.status_code, untold.json()["code"]) == (422, "feedback_missing")
    assert untold.json()["field"] == "feedback"
    reopened = [{"need": need.pk, "reply": "没收到"}]
    assert send(city, "grid_worker", body_of(household, reopened=reopened)).status_code == 201
    assert send(city, "outsider_worker", body_of(household)).status_code == 404
    assert send(city, "building_head", body_of(household)).status_code == 403
    assert Client().post(VISITS, {}, content_type="application/json").status_code == 403
    crooked = send(city, "grid_worker", body_of(household, needs=[{"kind": "rumour", "text": "x"}]))
    assert crooked.status_code == 400


def test_the_route_is_the_page_s_own(city: SmallCity, household: Household) -> None:
    found = client_of(city, "grid_worker").get(ROUTE).json()
    assert (found["due"], found["done"]) == (1, 0)
    assert found["stops"] == [
        {
            "household": household.pk,
            "building": city.buildings[0].name,
            "dwelling": str(household.dwelling),
            "name": "林一",
            "people": 1,
            "last_visited_on": None,
            "reasons": [{"code": "never", "number": 0}],
        }
    ]
    assert client_of(city, "outsider_worker").get(ROUTE).json()["stops"] == []
    assert client_of(city, "auditor").get(ROUTE).status_code == 403
