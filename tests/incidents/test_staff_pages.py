"""The staff's pages through HTTP: what each person sees, one press, conflicts, forms that keep their text."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from core.models import AccessLog
from incidents.models import Incident, IncidentEvent
from incidents.rules.vocabulary import State, Verb
from organizations.models import User
from tests.factories.staff_scene import Scene, do, file_case, make_scene, to_department, whistled

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def act(client: Client, incident: Incident, verb: Verb, **data: Any) -> Any:
    address = reverse("incident-act", args=[incident.number, verb.value])
    return client.post(address, {"version": incident.version, **data})


@pytest.mark.parametrize("name", ["work", "report", "board", "queue"])
def test_pages_send_strangers_to_the_login(name: str) -> None:
    response = Client().get(reverse(name))
    assert response.status_code == 302
    assert reverse("login") in response["Location"]


def test_work_shows_a_new_case_with_one_press(scene: Scene) -> None:
    incident = file_case(scene)
    page = client_of(scene.worker).get(reverse("work")).content.decode()
    assert incident.number in page
    assert reverse("incident-act", args=[incident.number, "sign"]) in page


def test_one_press_signs_and_comes_back(scene: Scene) -> None:
    incident = file_case(scene)
    back = f"{reverse('work')}?show=to_sign"
    response = act(client_of(scene.worker), incident, Verb.SIGN, back=back)
    assert (response.status_code, response["Location"]) == (302, back)
    incident.refresh_from_db()
    assert incident.state == State.SIGNED


def test_back_never_leads_away(scene: Scene) -> None:
    incident = file_case(scene)
    response = act(client_of(scene.worker), incident, Verb.SIGN, back="https://example.org/")
    assert response["Location"] == reverse("work")


@pytest.mark.parametrize("verb", ["sign", "no-such-step"])
def test_strangers_get_no_case(scene: Scene, verb: str) -> None:
    incident = file_case(scene)
    client = client_of(scene.other_staff)
    assert client.get(reverse("incident", args=[incident.number])).status_code == 404
    assert client.post(reverse("incident-act", args=[incident.number, verb])).status_code == 404
    assert client.get(reverse("queue-panel", args=[incident.number])).status_code == 404
    assert client.get(reverse("board"), {"q": incident.number}).context["rows"] == []


def test_second_press_names_the_winner(scene: Scene) -> None:
    incident = to_department(scene)
    first = act(client_of(scene.officer), incident, Verb.SIGN)
    second = act(client_of(scene.second_officer), incident, Verb.SIGN)
    assert (first.status_code, second.status_code) == (302, 409)
    assert scene.officer.full_name in second.content.decode()
    assert IncidentEvent.objects.filter(incident=incident, verb="sign").count() == 1


def test_second_press_in_the_queue_names_the_winner(scene: Scene) -> None:
    incident = to_department(scene)
    act(client_of(scene.officer), incident, Verb.SIGN)
    response = client_of(scene.second_officer).post(
        reverse("incident-act", args=[incident.number, "sign"]),
        {"version": incident.version, "place": ""},
        headers={"HX-Request": "true"},
    )
    assert response.status_code == 409
    assert scene.officer.full_name in response.content.decode()


def test_a_refused_step_keeps_what_was_typed(scene: Scene) -> None:
    incident = do(scene.officer, to_department(scene), Verb.SIGN)
    stale = incident.version
    do(scene.second_officer, incident, Verb.COMMENT, text="已联系物业。")
    do(scene.second_officer, incident, Verb.START)
    response = client_of(scene.officer).post(
        reverse("incident-act", args=[incident.number, "finish"]),
        {"version": stale, "note": "已清运两车垃圾。"},
    )
    page = response.content.decode()
    assert response.status_code == 409
    assert "已清运两车垃圾。" in page
    assert scene.second_officer.full_name in page


def test_a_step_without_its_reason_stays_open_with_the_fault(scene: Scene) -> None:
    incident = do(scene.officer, to_department(scene), Verb.SIGN)
    response = act(client_of(scene.officer), incident, Verb.FINISH, note="")
    assert response.status_code == 422
    incident.refresh_from_db()
    assert incident.state == State.SIGNED


def test_the_page_offers_exactly_the_steps_of_the_person(scene: Scene) -> None:
    incident = to_department(scene)
    url = reverse("incident", args=[incident.number])
    officer = client_of(scene.officer).get(url)
    worker = client_of(scene.worker).get(url)
    assert "sign" in {step.action.verb for step in officer.context["steps"]}
    assert "sign" not in {step.action.verb for step in worker.context["steps"]}


def test_the_page_shows_who_is_responsible_with_phone(scene: Scene) -> None:
    incident = to_department(scene)
    page = client_of(scene.staff).get(reverse("incident", args=[incident.number])).content.decode()
    assert f"tel:{scene.officer.phone}" in page


def test_whistle_panel_shows_both_departments(scene: Scene) -> None:
    incident = whistled(scene)
    page = client_of(scene.leader).get(reverse("incident", args=[incident.number])).content.decode()
    assert scene.department.name in page
    assert scene.helper_department.name in page


def test_queue_shows_the_next_case_after_a_step(scene: Scene) -> None:
    first, second = to_department(scene, "0202"), to_department(scene, "0302")
    response = client_of(scene.officer).post(
        reverse("incident-act", args=[first.number, "sign"]),
        {"version": first.version, "place": "show=to_sign"},
        headers={"HX-Request": "true"},
    )
    assert response.status_code == 200
    assert response.context["current"] == second.number
    assert [row.incident.number for row in response.context["rows"]] == [second.number]


def test_queue_is_sorted_by_colour_then_deadline(scene: Scene) -> None:
    blue, red, yellow = (to_department(scene, code) for code in ("0302", "0202", "0101"))
    rows = client_of(scene.officer).get(reverse("queue")).context["rows"]
    assert [row.incident.number for row in rows] == [red.number, yellow.number, blue.number]


def test_batch_signs_the_good_rows_and_names_the_others(scene: Scene) -> None:
    good, late = to_department(scene), to_department(scene)
    do(scene.second_officer, late, Verb.SIGN)
    response = client_of(scene.officer).post(
        reverse("queue-sign"),
        {
            "picked": [good.number, late.number],
            f"version-{good.number}": good.version,
            f"version-{late.number}": late.version,
        },
        headers={"HX-Request": "true"},
    )
    page = response.content.decode()
    good.refresh_from_db()
    assert good.state == State.SIGNED
    assert late.number in page
    assert scene.second_officer.full_name in page


def test_whistle_chip_holds_the_departments_answers(scene: Scene) -> None:
    incident = whistled(scene)
    response = client_of(scene.helper_officer).get(reverse("queue"), {"show": "answer"})
    assert [row.incident.number for row in response.context["rows"]] == [incident.number]
    assert response.context["rows"][0].step == Verb.WHISTLE_SIGN


@pytest.mark.parametrize("words", ["垃圾堆放", "太康路", "number"])
def test_board_finds_by_number_words_and_place(scene: Scene, words: str) -> None:
    incident = file_case(scene)
    file_case(scene, "0302", description="路灯三盏不亮", address="福宁大道")
    wanted = incident.number if words == "number" else words
    rows = client_of(scene.staff).get(reverse("board"), {"q": wanted}).context["rows"]
    assert [row.incident.number for row in rows] == [incident.number]


def test_board_leaves_out_what_it_cannot_read(scene: Scene) -> None:
    file_case(scene)
    response = client_of(scene.staff).get(
        reverse("board"), {"colour": "purple", "category": "9", "after": "forged", "place": "x", "show": "x"}
    )
    assert response.status_code == 200
    assert len(response.context["rows"]) == 1


def test_report_files_once_however_often_it_is_sent(scene: Scene) -> None:
    client, key = client_of(scene.worker), str(uuid4())
    data = {
        "client_key": key,
        "category": "0101",
        "description": "楼道堆物",
        "lng": "120.005",
        "lat": "26.885",
    }
    answers = [client.post(reverse("report"), data) for _time in range(2)]
    incident = Incident.objects.get()
    assert {answer["Location"] for answer in answers} == {reverse("reported", args=[incident.number])}
    assert incident.grid_id == scene.grid.pk
    assert incident.number in client.get(answers[0]["Location"]).content.decode()


def test_report_without_position_takes_the_only_grid(scene: Scene) -> None:
    data = {"client_key": str(uuid4()), "category": "0101", "description": "楼道堆物"}
    assert client_of(scene.worker).post(reverse("report"), data).status_code == 302
    assert Incident.objects.get().grid_id == scene.grid.pk


def test_report_outside_every_grid_says_so_and_keeps_the_text(scene: Scene) -> None:
    data = {
        "client_key": str(uuid4()),
        "category": "0101",
        "description": "楼道堆物",
        "lng": "100",
        "lat": "20",
    }
    response = client_of(scene.worker).post(reverse("report"), data)
    assert response.status_code == 422
    assert "楼道堆物" in response.content.decode()
    assert not Incident.objects.exists()


def test_settled_on_the_spot_is_closed_at_once(scene: Scene) -> None:
    data = {"client_key": str(uuid4()), "category": "0101", "description": "纸箱堵门"}
    data["settled"] = "on"
    client = client_of(scene.worker)
    assert client.post(reverse("report"), data).status_code == 422
    assert client.post(reverse("report"), {**data, "settled_note": "已请住户搬走"}).status_code == 302
    assert Incident.objects.get().state == State.CLOSED


def test_place_names_the_grid_of_a_position(scene: Scene) -> None:
    client = client_of(scene.worker)
    inside = client.get(reverse("report-place"), {"lng": "120.005", "lat": "26.885"}).content.decode()
    assert scene.grid.name in inside
    for outside in ({"lng": "1", "lat": "1"}, {"lng": "x", "lat": "NaN"}, {"lng": "NaN", "lat": "1"}):
        assert scene.grid.name not in client.get(reverse("report-place"), outside).content.decode()


def test_reveal_needs_a_purpose_and_is_logged(scene: Scene) -> None:
    data = {
        "client_key": str(uuid4()),
        "category": "0101",
        "grid": scene.grid.pk,
        "description": "楼道堆物",
        "channel": "local_hotline",
        "reporter_name": "王桂花",
        "reporter_phone": "13800001234",
    }
    client = client_of(scene.community_staff)
    assert client.post(reverse("report"), data).status_code == 302
    incident = Incident.objects.get()
    page = reverse("incident", args=[incident.number])
    assert "王桂花" not in client.get(page).content.decode()
    url = reverse("incident-reveal", args=[incident.number])
    assert client.post(url, {"purpose": ""}).status_code == 422
    assert not AccessLog.objects.exists()
    shown = client.post(url, {"purpose": "回访办理情况"})
    assert "13800001234" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert AccessLog.objects.get().user_id == scene.community_staff.pk


def test_words_of_a_report_are_never_markup(scene: Scene) -> None:
    incident = file_case(scene, description="<script>alert(1)</script> & 😀")
    for url in (reverse("work"), reverse("incident", args=[incident.number])):
        page = client_of(scene.worker).get(url).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page
