"""The same steps by API: units by code, moments as text, the same codes; and a reporter who urges."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from incidents.models import Incident, IncidentEvent, ReturnSlip
from incidents.rules.vocabulary import State, Verb
from tests.factories.incidents import SmallCity, do, file_report, make_incident

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def client_of(city: SmallCity, who: str) -> Client:
    client = Client()
    client.force_login(city[who], backend=BACKEND)
    return client


def act(
    city: SmallCity, who: str, incident: Incident, verb: Verb, **given: Any
) -> tuple[int, dict[str, Any]]:
    url = reverse("api-incidents-action", args=[incident.number, verb.value])
    response = client_of(city, who).post(url, json.dumps(given), content_type="application/json")
    return response.status_code, response.json()


def at_department(city: SmallCity) -> Incident:
    target = city.departments["D38"].pk
    incident = make_incident(city)
    return do(city, "city_grid_office", incident, Verb.REASSIGN, target_unit=target, reason="请办理")


def test_giving_back_and_handing_on_by_codes(city: SmallCity) -> None:
    incident = at_department(city)
    grounds = {"reason": "不属本部门", "basis": "三定方案"}
    status, body = act(city, "department_officer", incident, Verb.RETURN, **grounds, suggested_unit="D24")
    assert (status, body["state"], body["return_count"]) == (200, "returned", 1)
    assert ReturnSlip.objects.get().suggested_unit == city.departments["D24"]
    offered = {
        each["verb"]: each["required_fields"] for each in seen(city, "street_staff", incident)["actions"]
    }
    assert offered["dispatch"] == ["target_unit", "reason"]
    status, body = act(city, "street_staff", incident, Verb.DISPATCH)
    assert (status, body["code"], body["field"]) == (422, "fields_missing", "target_unit")
    status, body = act(city, "street_staff", incident, Verb.DISPATCH, target_unit="D24", reason="转办")
    assert (status, body["state"]) == (200, "dispatched")
    assert Incident.objects.get(pk=incident.pk).owner_organization == city.departments["D24"]


def test_who_does_not_know_the_owner_says_so_by_api(city: SmallCity) -> None:
    incident = at_department(city)
    grounds = {"reason": "不属本部门", "basis": "三定方案", "suggested_unit": "unknown"}
    status, body = act(city, "department_officer", incident, Verb.RETURN, **grounds)
    assert (status, body["code"]) == (422, "suggestion_missing")
    status, body = act(city, "department_officer", incident, Verb.RETURN, **grounds, suggestion="或为物业")
    assert (status, body["state"]) == (200, "returned")


def test_more_time_by_api(city: SmallCity) -> None:
    incident = do(city, "department_officer", at_department(city), Verb.SIGN)
    wanted = (incident.first_due_at + timedelta(days=3)).isoformat()
    status, body = act(
        city, "department_officer", incident, Verb.REQUEST_EXTENSION, reason="待料", wanted_limit=wanted
    )
    assert (status, body["pending_application"]) == (200, "extension")
    assert "grant_extension" in {each["verb"] for each in seen(city, "street_leader", incident)["actions"]}
    status, body = act(city, "street_leader", incident, Verb.GRANT_EXTENSION, note="同意")
    assert (status, body["extension_count"], body["pending_application"]) == (200, 1, "")
    status, body = act(city, "street_leader", incident, Verb.REFUSE_EXTENSION, reason="晚了")
    assert (status, body["code"]) == (409, "stale")


def test_urging_too_often_is_429_for_everybody_alike(city: SmallCity) -> None:
    filed = file_report(city)
    incident = filed.incident
    client = Client()
    client.post(reverse("track"), {"number": incident.number, "code": filed.lookup_code})
    page = client.get(reverse("track-incident", args=[incident.number])).content.decode()
    url = reverse("track-urge", args=[incident.number])
    assert url in page
    assert client.post(url).status_code == 302
    again = client.post(url)
    assert again.status_code == 429
    assert 'role="alert"' in again.content.decode()
    assert IncidentEvent.objects.filter(incident=incident, verb=Verb.URGE).count() == 1
    assert client.get(url).status_code == 405
    assert Client().post(url).status_code == 302  # without the code, back to where it is asked for


def test_setting_aside_by_api_pauses_and_resumes(city: SmallCity) -> None:
    incident = do(city, "department_officer", at_department(city), Verb.SIGN)
    day = (clock.today() + timedelta(days=30)).isoformat()
    aside = {"suspension_kind": "works", "reason": "待管网改造", "review_on": day}
    assert act(city, "department_officer", incident, Verb.REQUEST_SUSPENSION, **aside)[0] == 200
    status, body = act(city, "street_leader", incident, Verb.GRANT_SUSPENSION)
    assert (status, body["state"]) == (200, State.SUSPENDED)
    assert "review" in {each["kind"] for each in body["clocks"]}
    status, body = act(city, "department_officer", incident, Verb.RESUME, note="已改造")
    assert (status, body["state"]) == (200, State.HANDLING)


def seen(city: SmallCity, who: str, incident: Incident) -> dict[str, Any]:
    body: dict[str, Any] = client_of(city, who).get(f"/api/incidents/{incident.number}/").json()
    return body
