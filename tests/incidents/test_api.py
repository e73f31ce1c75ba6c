"""The REST entrance: the same rows, services and refusals as the pages, and a schema without warnings."""

import json
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from incidents.api.pagination import MOST
from incidents.models import Incident
from incidents.rules.vocabulary import Verb
from tests.factories.incidents import SmallCity, do, make_incident, whistle_values, whistled

pytestmark = pytest.mark.django_db
LIST = "/api/incidents/"


def client_of(city: SmallCity, name: str, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(city[name], backend="django.contrib.auth.backends.ModelBackend")
    return client


def post(client: Client, url: str, data: dict[str, Any], **headers: str) -> Any:
    return client.post(url, json.dumps(data), content_type="application/json", headers=headers)


def step(client: Client, incident: Incident, verb: str, **data: Any) -> Any:
    return post(client, f"{LIST}{incident.number}/actions/{verb}/", data)


def report(**values: Any) -> dict[str, Any]:
    return {"category": "0101", "description": "垃圾桶旁堆了很多垃圾", "channel": "patrol", **values}


def photo() -> SimpleUploadedFile:
    picture = BytesIO()
    Image.new("RGB", (40, 30), "green").save(picture, "JPEG")
    return SimpleUploadedFile("found.jpg", picture.getvalue(), "image/jpeg")


def test_the_schema_has_neither_errors_nor_warnings(tmp_path: Any) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))
    assert "/api/incidents/{number}/actions/{verb}/" in (tmp_path / "schema.yml").read_text()


def test_without_a_session_nothing_is_told() -> None:
    for url in (LIST, f"{LIST}counts/", f"{LIST}1/"):
        response = Client().get(url)
        assert (response.status_code, response.json()["code"]) == (403, "not_authenticated")


def test_a_post_needs_the_csrf_token(city: SmallCity) -> None:
    client = client_of(city, "community_staff", enforce_csrf_checks=True)
    assert post(client, LIST, report(grid=city.grids[0].code)).status_code == 403
    assert Incident.objects.count() == 0


def test_the_list_holds_what_the_person_sees_in_the_asked_order(city: SmallCity) -> None:
    mine = [make_incident(city), make_incident(city, category_code="0301")]
    make_incident(city, grid_id=city.grids[4].pk)
    body = client_of(city, "community_staff").get(LIST).json()
    assert (body["count"], body["count_is_capped"], body["next"], body["previous"]) == (2, False, None, None)
    assert [row["number"] for row in body["results"]] == [mine[1].number, mine[0].number]
    newest = client_of(city, "community_staff").get(f"{LIST}?sort=new&colour=yellow").json()
    assert [row["number"] for row in newest["results"]] == [mine[0].number]
    assert newest["results"][0]["category"] == {"code": "0101", "name": "暴露垃圾"}


def test_pages_follow_one_another_and_lead_back(city: SmallCity) -> None:
    numbers = {make_incident(city).number for _each in range(5)}
    client = client_of(city, "community_staff")
    url, seen, pages = f"{LIST}?page_size=2", [], []
    while url:
        body = client.get(url).json()
        assert body["count"] == 5
        pages.append([row["number"] for row in body["results"]])
        seen += pages[-1]
        url = body["next"]
    assert (set(seen), len(seen), len(pages)) == (numbers, 5, 3)
    back = client.get(body["previous"]).json()
    assert [row["number"] for row in back["results"]] == pages[1]
    assert len(client.get(f"{LIST}?page_size=99999&cursor=forged").json()["results"]) == 5 <= MOST


def test_one_incident_is_shown_with_its_parts_and_its_reporter_masked(city: SmallCity) -> None:
    incident = make_incident(city, reporter_name="欧阳小明", reporter_phone="13800001234")
    response = client_of(city, "grid_worker").get(f"{LIST}{incident.number}/")
    body = response.json()
    assert response.status_code == 200
    assert body["reporter"] == {"name": "欧***", "phone": "138****1234"}
    assert "小明" not in response.content.decode()
    assert {each["kind"] for each in body["clocks"]} == {"sign", "contact", "resolve"}
    assert "sign" in [each["verb"] for each in body["actions"]]
    assert [each["verb"] for each in body["timeline"]] == ["file", "dispatch"]
    assert body["timeline"][1]["reasons"]
    assert [each["name"] for each in body["responsible"]] == [str(city["grid_worker"])]


def test_what_is_out_of_sight_does_not_exist(city: SmallCity) -> None:
    incident = make_incident(city)
    client = client_of(city, "outsider_street")
    response = client.get(f"{LIST}{incident.number}/")
    assert (response.status_code, response.json()["code"]) == (404, "incident_missing")
    refused = step(client, incident, "comment", text="你好")
    assert (refused.status_code, refused.json()["code"]) == (404, "incident_missing")


def test_counts_agree_with_the_list(city: SmallCity) -> None:
    make_incident(city)
    make_incident(city, category_code="0301")
    do(city, "grid_worker", make_incident(city), Verb.SIGN)
    client = client_of(city, "community_staff")
    body = client.get(f"{LIST}counts/").json()
    assert body["total"] == client.get(LIST).json()["count"] == 3
    assert (body["by_colour"]["red"], body["by_colour"]["yellow"]) == (1, 2)
    assert (body["by_state"]["dispatched"], body["by_state"]["signed"], body["overdue"]) == (2, 1, 0)
    assert client.get(f"{LIST}counts/?colour=red").json()["total"] == 1


def test_the_same_key_files_once(city: SmallCity) -> None:
    client, key = client_of(city, "grid_worker"), str(uuid4())
    data = report(grid=city.grids[0].code)
    first = post(client, LIST, data, **{"Idempotency-Key": key})
    again = post(client, LIST, data, **{"Idempotency-Key": key})
    assert (first.status_code, again.status_code) == (201, 201), first.json()
    assert first.json()["number"] == again.json()["number"]
    assert Incident.objects.count() == 1
    other = post(
        client_of(city, "outsider_worker"),
        LIST,
        data | {"grid": city.grids[4].code},
        **{"Idempotency-Key": key},
    )
    assert (other.status_code, other.json()["code"]) == (409, "key_taken")


@pytest.mark.parametrize(
    ("values", "headers", "code", "field"),
    [
        ({"category": "9999"}, {}, "category_unknown", "category"),
        ({"category": None}, {}, "null", "category"),
        ({"grid": "000000000000000"}, {}, "grid_unknown", "grid"),
        ({"channel": "telepathy"}, {}, "invalid_choice", "channel"),
        ({"description": "字" * 100_000}, {}, "text_too_long", "description"),
        ({"description": " "}, {}, "description_missing", "description"),
        ({"longitude": "1e99"}, {}, "max_digits", "longitude"),
        ({"reporter_phone": "call me"}, {}, "phone_invalid", "reporter_phone"),
        ({}, {"Idempotency-Key": "1"}, "idempotency_key_invalid", "Idempotency-Key"),
    ],
)
def test_a_report_that_cannot_be_accepted_names_its_field(
    city: SmallCity, values: dict[str, Any], headers: dict[str, str], code: str, field: str
) -> None:
    data = report(grid=city.grids[0].code) | values
    response = post(client_of(city, "grid_worker"), LIST, data, **headers)
    body = response.json()
    assert (body["code"], body["field"]) == (code, field)
    assert response.status_code in (400, 422)
    assert Incident.objects.count() == 0


def test_who_may_not_report_is_refused(city: SmallCity) -> None:
    response = post(client_of(city, "auditor"), LIST, report(grid=city.grids[0].code))
    assert (response.status_code, response.json()["code"]) == (403, "not_your_part")


def test_photos_come_with_a_report_and_are_named_in_the_answer(city: SmallCity) -> None:
    client = client_of(city, "grid_worker")
    data = report(grid=city.grids[0].code, photos=[photo()])
    response = client.post(LIST, data)
    assert response.status_code == 201, response.json()
    (shown,) = response.json()["photos"]
    assert shown["purpose"] == "report"
    fake = SimpleUploadedFile("fake.jpg", b"not a picture", "image/jpeg")
    refused = client.post(LIST, report(grid=city.grids[0].code, photos=[fake]))
    assert (refused.status_code, refused.json()["field"]) == (422, "photos")
    assert Incident.objects.count() == 1


def test_a_step_is_taken_and_the_next_ones_are_named(city: SmallCity) -> None:
    incident = make_incident(city)
    client = client_of(city, "grid_worker")
    body = step(client, incident, "sign", version=incident.version).json()
    assert (body["state"], body["version"]) == ("signed", incident.version + 1)
    assert "start" in [each["verb"] for each in body["actions"]]
    late = step(client, incident, "start", version=incident.version)
    assert (late.status_code, late.json()["code"]) == (409, "stale")


def test_a_whistle_names_departments_by_code(city: SmallCity) -> None:
    incident = whistled(city)
    other = make_incident(city, category_code="0301")
    given = whistle_values(city) | {"lead_department": "D38", "supporting_departments": ["D24"]}
    blown = step(client_of(city, "street_leader"), other, "whistle", **given)
    assert (blown.status_code, blown.json().get("state")) == (200, "whistled"), blown.json()
    unknown = step(
        client_of(city, "street_leader"), incident, "whistle", **given | {"lead_department": "D99"}
    )
    assert (unknown.json()["code"], unknown.json()["field"]) == ("unit_unknown", "lead_department")


def test_a_step_that_needs_more_names_the_field(city: SmallCity) -> None:
    incident = do(city, "grid_worker", make_incident(city), Verb.SIGN)
    refused = step(client_of(city, "grid_worker"), incident, "finish")
    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (
        422,
        "fields_missing",
        "note",
    )
    assert step(client_of(city, "grid_worker"), incident, "dance").json()["code"] == "verb_unknown"


@pytest.mark.parametrize("url", [LIST, f"{LIST}?sort=new", f"{LIST}counts/"])
def test_lists_cost_the_same_for_one_row_and_fifty(city: SmallCity, url: str) -> None:
    costs = []
    for rows in (1, 50):
        while Incident.objects.count() < rows:
            make_incident(city)
        client = client_of(city, "community_staff")
        client.get(url)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 17


def test_addresses_have_names() -> None:
    assert reverse("api-incidents-list") == LIST
    assert reverse("api-incidents-counts") == f"{LIST}counts/"
    assert reverse("api-incidents-action", args=["1", "sign"]) == f"{LIST}1/actions/sign/"


def test_danger_ticked_by_the_reporter_is_kept_and_raises_the_colour(city: SmallCity) -> None:
    client = client_of(city, "grid_worker")
    body = post(client, LIST, report(grid=city.grids[0].code, in_danger=True, casualties=True)).json()
    assert (body["in_danger"], body["casualties"], body["colour"]) == (True, True, "red")


def test_the_same_key_with_other_content_is_refused_and_changes_nothing(city: SmallCity) -> None:
    client, key = client_of(city, "grid_worker"), str(uuid4())
    data = report(grid=city.grids[0].code)
    first = post(client, LIST, data, **{"Idempotency-Key": key}).json()
    other = post(client, LIST, data | {"description": "别的事"}, **{"Idempotency-Key": key})
    assert (other.status_code, other.json()["code"]) == (409, "key_taken")
    colleague = post(client_of(city, "community_staff"), LIST, data, **{"Idempotency-Key": key})
    assert (colleague.status_code, colleague.json()["code"]) == (409, "key_taken")
    with_photo = client.post(LIST, data | {"photos": [photo()]}, headers={"Idempotency-Key": key})
    assert with_photo.status_code == 409
    assert post(client, LIST, data, **{"Idempotency-Key": key}).json()["number"] == first["number"]
    assert Incident.objects.get().description == data["description"]


def test_a_number_of_another_system_is_filed_once_and_found(city: SmallCity) -> None:
    client = client_of(city, "community_staff")
    data = report(
        grid=city.grids[0].code, channel="transfer", external_system="12345", external_number="GD 001"
    )
    first, again = post(client, LIST, data), post(client, LIST, data, **{"Idempotency-Key": str(uuid4())})
    assert (first.status_code, first.json()["number"]) == (201, again.json()["number"]), first.json()
    assert (first.json()["external_system"], first.json()["external_number"]) == ("12345", "GD 001")
    changed = post(client, LIST, data | {"description": "改了"})
    assert (changed.status_code, changed.json()["code"]) == (409, "external_number_taken")
    assert post(client, LIST, data | {"external_system": "数字城管"}).status_code == 201
    assert client.get(LIST, {"q": "GD 001"}).json()["count"] == 2
    foreign = post(client_of(city, "outsider_community"), LIST, data | {"grid": city.grids[4].code})
    assert (foreign.status_code, "number" in foreign.json()) == (409, False)


@pytest.mark.parametrize("half", [{"external_system": "12345"}, {"external_number": "GD001"}])
def test_half_a_number_of_another_system_is_refused(city: SmallCity, half: dict[str, str]) -> None:
    response = post(client_of(city, "grid_worker"), LIST, report(grid=city.grids[0].code, **half))
    assert (response.status_code, response.json()["code"]) == (422, "external_half")


@pytest.mark.parametrize(
    ("name", "channel"),
    [
        ("grid_worker", "resident_qr"),
        ("grid_worker", "hotline"),
        ("community_staff", "resident_web"),
        ("community_staff", "grid_worker"),
        ("street_staff", "device"),
        ("city_grid_office", "video"),
    ],
)
def test_a_channel_must_fit_whoever_files(city: SmallCity, name: str, channel: str) -> None:
    response = post(client_of(city, name), LIST, report(grid=city.grids[0].code, channel=channel))
    assert (response.status_code, response.json()["code"], response.json()["field"]) == (
        422,
        "channel_not_yours",
        "channel",
    )


@pytest.mark.parametrize(("name", "channel"), [("grid_worker", "grid_worker"), ("community_staff", "patrol")])
def test_without_a_channel_the_usual_one_is_meant(city: SmallCity, name: str, channel: str) -> None:
    data = report(grid=city.grids[0].code)
    del data["channel"]
    assert post(client_of(city, name), LIST, data).json()["channel"] == channel
