"""Whistles, refusals and joint sessions through pages, API and administration, with the same refusals."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from incidents.models import Incident, Session, SessionTask, WhistleItem, WhistleLimit, WhistleResponse
from incidents.rules.vocabulary import State, Verb
from incidents.rules.whistle_rates import Bounds, standing_of
from incidents.selectors.whistle_rates import rate_of_all, whistle_rates
from tests.factories.incidents import (
    SmallCity,
    at_street,
    client_of,
    do,
    make_incident,
    whistle_values,
    whistled,
)
from tests.factories.organizations import make_street

pytestmark = pytest.mark.django_db


def page_of(city: SmallCity, who: str, incident: Incident) -> str:
    return client_of(city, who).get(reverse("incident", args=[incident.number])).content.decode()


def send(city: SmallCity, who: str, incident: Incident, verb: Verb, **data: Any) -> Any:
    fresh = Incident.objects.get(pk=incident.pk)
    address = reverse("incident-act", args=[incident.number, verb.value])
    return client_of(city, who).post(address, {"version": fresh.version, **data})


def call(city: SmallCity, who: str, incident: Incident, verb: Verb, **given: Any) -> Any:
    address = reverse("api-incidents-action", args=[incident.number, verb.value])
    return client_of(city, who).post(address, json.dumps(given), content_type="application/json")


def test_a_session_with_tasks_is_recorded_on_the_page_and_finished_there(city: SmallCity) -> None:
    incident = at_street(city)
    due = clock.today() + timedelta(days=3)
    form = {
        "mode": "on_site",
        "note": "现场明确分工",
        "session_place": "东门",
        "units": [city.departments["D38"].pk],
        "people": "王主任",
        "decisions": "本周清完",
        "tasks-1-unit": city.departments["D16"].pk,
        "tasks-1-text": "疏通沟渠",
        "tasks-1-due_on": due.isoformat(),
    }
    assert 'name="tasks-0-unit"' in page_of(city, "street_staff", incident)
    half = send(city, "street_staff", incident, Verb.HOLD_SESSION, **form | {"tasks-1-text": ""})
    assert half.status_code == 422
    assert f'value="{due.isoformat()}"' in half.content.decode()
    assert not Session.objects.exists()
    assert send(city, "street_staff", incident, Verb.HOLD_SESSION, **form).status_code == 302
    task = SessionTask.objects.get()
    assert (task.unit.code, task.text) == ("D16", "疏通沟渠")
    page = page_of(city, "outsider_department", incident)
    assert "现场明确分工" in page
    assert f'<option value="{task.pk}" selected>疏通沟渠</option>' in page
    queue = client_of(city, "outsider_department").get(reverse("queue"), {"show": "tasks"})
    assert [row.incident.pk for row in queue.context["rows"]] == [incident.pk]
    sent = send(city, "outsider_department", incident, Verb.FINISH_TASK, task=task.pk, note="已疏通")
    assert sent.status_code == 302
    assert "已疏通" in page_of(city, "street_staff", incident)


def test_refusal_and_decision_on_the_page(city: SmallCity) -> None:
    incident = whistled(city)
    refusal = {"reason": "不在职责内", "basis": "权责清单第三条"}
    assert (
        send(city, "supporting_officer", incident, Verb.WHISTLE_REFUSE, reason="不在职责内").status_code
        == 422
    )
    assert send(city, "supporting_officer", incident, Verb.WHISTLE_REFUSE, **refusal).status_code == 302
    page = page_of(city, "street_leader", incident)
    department = city.departments["D24"]
    assert "权责清单第三条" in page
    assert f'<option value="{department.pk}">{department.name}</option>' in page
    home = client_of(city, "street_leader").get(reverse("work"), {"show": "refused"})
    assert [row.incident.pk for row in home.context["rows"]] == [incident.pk]
    upheld = send(
        city, "street_leader", incident, Verb.WHISTLE_UPHOLD, department=department.pk, reason="有职责"
    )
    assert upheld.status_code == 302
    office = client_of(city, "city_grid_office").get(reverse("work"), {"show": "contested"})
    assert [row.incident.pk for row in office.context["rows"]] == [incident.pk]
    decided = {"department": department.pk, "decision": "released", "reason": "确无职责"}
    assert send(city, "city_grid_office", incident, Verb.WHISTLE_ARBITRATE, **decided).status_code == 302
    assert WhistleResponse.objects.get(department=department).released_at is not None


def test_kinds_are_shown_as_the_city_calls_them_and_only_stronger_ones_to_raise(city: SmallCity) -> None:
    WhistleLimit.objects.filter(kind="tough").update(name="硬骨头哨")
    incident = whistled(city)
    page = page_of(city, "street_leader", incident)
    assert '<option value="tough">硬骨头哨</option>' in page
    assert '<option value="routine">' not in page
    raised = {"kind": "tough", "response_limit": "1wd", "reason": "反复反弹"}
    assert send(city, "street_leader", incident, Verb.WHISTLE_UPGRADE, **raised).status_code == 302
    page = page_of(city, "street_leader", incident)
    assert "硬骨头哨 · " in page
    assert "提升为硬骨头哨" in page


def test_the_list_is_shown_in_the_form_and_refused_with_one_code_everywhere(city: SmallCity) -> None:
    incident = at_street(city)
    item = WhistleItem.objects.create(
        name="占道堆物", category_codes=[incident.category.code], valid_from="2026-01-01"
    )
    assert "占道堆物" in page_of(city, "street_leader", incident)
    WhistleItem.objects.filter(pk=item.pk).update(category_codes=["0301"])
    values = whistle_values(city)
    refused = send(city, "street_leader", incident, Verb.WHISTLE, **values)
    assert refused.status_code == 403
    codes = {"lead_department": "D38", "supporting_departments": ["D24"]}
    answer = call(city, "street_leader", incident, Verb.WHISTLE, **values | codes)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_on_whistle_list")
    assert answer.json()["message"] in refused.content.decode()


def test_the_api_takes_the_same_steps_by_code_and_shows_what_came_of_them(city: SmallCity) -> None:
    incident = whistled(city)
    refused = call(
        city, "supporting_officer", incident, Verb.WHISTLE_REFUSE, reason="不属本部门", basis="清单"
    )
    (whistle,) = refused.json()["whistles"]
    assert [each["refusal"] for each in whistle["responses"]] == ["not", "stated"]
    released = call(
        city, "street_leader", incident, Verb.WHISTLE_RELEASE, department="D24", reason="同意"
    ).json()
    assert released["whistles"][0]["responses"][1]["released_at"]
    day = (clock.today() + timedelta(days=1)).isoformat()
    given = {"mode": "task_force", "note": "成立专班", "units": ["D38"]}
    tasks = [{"unit": "D38", "text": "每日巡查", "due_on": day}]
    held = call(city, "street_staff", incident, Verb.HOLD_SESSION, **given, tasks=tasks).json()
    (session,) = held["sessions"]
    assert (session["mode"], session["tasks"][0]["unit"]["code"]) == ("task_force", "D38")
    unknown = call(
        city, "street_staff", incident, Verb.HOLD_SESSION, **given, tasks=[tasks[0] | {"unit": "X9"}]
    )
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unit_unknown")
    done = call(
        city,
        "department_officer",
        incident,
        Verb.FINISH_TASK,
        task=str(session["tasks"][0]["id"]),
        note="已巡查",
    )
    assert done.json()["sessions"][0]["tasks"][0]["done_note"] == "已巡查"


@pytest.mark.parametrize(
    ("verb", "who", "given", "code"),
    [
        (Verb.WHISTLE_UPGRADE, "street_staff", {"kind": "tough"}, "not_your_part"),
        (Verb.WHISTLE_CHANGE, "department_officer", {"reason": "换"}, "not_your_part"),
        (Verb.WHISTLE_REFUSE, "street_leader", {"reason": "不", "basis": "不"}, "not_your_part"),
        (Verb.WHISTLE_RELEASE, "street_leader", {"department": "D24", "reason": "同意"}, "no_refusal"),
        (Verb.WHISTLE_UPHOLD, "street_staff", {"department": "D24", "reason": "同意"}, "not_your_part"),
        (Verb.WHISTLE_ARBITRATE, "city_grid_office", {"department": "D24"}, "no_contest"),
        (Verb.HOLD_SESSION, "auditor", {"mode": "on_site", "note": "纪要"}, "not_your_part"),
        (Verb.FINISH_TASK, "street_staff", {"task": "1", "note": "完成"}, "not_your_part"),
        (Verb.WHISTLE_UPGRADE, "outsider_leader", {"kind": "tough"}, "incident_missing"),
    ],
)
def test_an_illegal_step_is_refused_alike_by_page_and_api(
    city: SmallCity, verb: Verb, who: str, given: dict[str, Any], code: str
) -> None:
    incident = whistled(city)
    answer = call(city, who, incident, verb, **given)
    assert answer.json()["code"] == code
    response = send(city, who, incident, verb, **given)
    assert response.status_code == answer.status_code
    assert answer.json()["message"] in response.content.decode()


# Rates


def test_rates_count_cases_of_the_period_and_say_what_was_left_out(city: SmallCity) -> None:
    whistled(city)
    make_incident(city)
    rejected = make_incident(city, category_code="1202")
    do(city, "community_staff", rejected, Verb.REJECT, reason="不属于受理范围")
    today = clock.today()
    first, second = whistle_rates(city["city_grid_office"], today, today)
    assert (first.cases, first.whistled, first.left_out, first.percent) == (2, 1, 1, "50.0%")
    assert (first.kinds["routine"], first.kinds["tough"]) == (1, 0)
    assert (second.cases, second.share, second.percent) == (0, None, "—")
    assert rate_of_all([first, second]).percent == "50.0%"
    Incident.objects.filter(pk=rejected.pk).update(state=State.ARCHIVED)
    assert whistle_rates(city["street_leader"], today, today)[0].left_out == 1
    (before, _other) = whistle_rates(
        city["city_grid_office"], today - timedelta(days=9), today - timedelta(days=1)
    )
    assert before.cases == 0


def test_streets_see_their_own_rate_and_others_none(city: SmallCity) -> None:
    today = clock.today()
    assert [rate.street for rate in whistle_rates(city["street_staff"], today, today)] == [city.streets[0]]
    assert [rate.street for rate in whistle_rates(city["outsider_leader"], today, today)] == [city.streets[1]]
    for who in ("community_staff", "grid_worker", "department_officer", "nobody"):
        assert whistle_rates(city[who], today, today) == []
        assert client_of(city, who).get(reverse("whistle-rates")).status_code == 404
    assert client_of(city, "auditor").get(reverse("whistle-rates")).status_code == 200


@pytest.mark.parametrize(
    ("whistled_cases", "cases", "word"),
    [
        (0, 19, "too_few_cases"),
        (0, 20, "hardly_any"),
        (1, 101, "hardly_any"),
        (1, 100, "usual"),
        (4, 20, "usual"),
        (5, 20, "very_many"),
    ],
)
def test_a_rate_is_judged_at_its_boundaries(whistled_cases: int, cases: int, word: str) -> None:
    assert standing_of(whistled_cases, cases, Bounds(few=1, many=20, enough=20)) == word


def test_the_page_and_the_api_take_the_same_period(city: SmallCity) -> None:
    whistled(city)
    client = client_of(city, "city_grid_office")
    page = client.get(reverse("whistle-rates"))
    assert page.context["total"].cases == 1
    assert city.streets[1].name in page.content.decode()
    old = {"first": "2025-01-01", "last": "2025-01-31"}
    assert client.get(reverse("whistle-rates"), old).context["total"].percent == "—"
    address = reverse("api-incidents-whistle-rates")
    assert [each["cases"] for each in client.get(address).json()] == [1, 0]
    assert [each["share"] for each in client.get(address, old).json()] == [None, None]
    for wrong in (
        {"first": "2025-02-01", "last": "2025-01-01"},
        {"first": "gestern"},
        {"first": "2001-01-01", "last": "2026-01-01"},
    ):
        assert client.get(reverse("whistle-rates"), wrong).status_code == 422
        assert client.get(address, wrong).json()["code"] == "period_invalid"


def test_the_page_costs_the_same_for_few_and_many_streets(city: SmallCity) -> None:
    client, costs = client_of(city, "city_grid_office"), []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("whistle-rates")).status_code == 200
        costs.append(len(queries))
        for _street in range(5):
            make_street(city.city)
        whistled(city)
    assert costs[0] == costs[1]


# Administration


def test_the_grid_office_edits_the_list_and_the_names_of_the_kinds(city: SmallCity) -> None:
    office = client_of(city, "city_grid_office")
    form = {
        "name": "占道堆物",
        "street": city.streets[0].pk,
        "category_codes": ["0101"],
        "grounds": ["stubborn"],
        "kinds": ["tough"],
        "valid_from": "2026-01-01",
        "is_active": "on",
    }
    added = office.post(reverse("admin:incidents_whistleitem_add"), form)
    assert added.status_code == 302, added.context["adminform"].form.errors
    item = WhistleItem.objects.get()
    assert (item.street, item.kinds, item.edited_locally) == (city.streets[0], ["tough"], True)
    assert "占道堆物" in office.get(reverse("admin:incidents_whistleitem_changelist")).content.decode()
    community = form | {"street": city.communities[0].pk}
    assert office.post(reverse("admin:incidents_whistleitem_add"), community).status_code == 200
    staff = client_of(city, "street_staff")
    assert staff.get(reverse("admin:incidents_whistleitem_changelist")).status_code in (302, 403)
    whistle = whistled_and_met(city)
    shown = office.get(reverse("admin:incidents_whistle_change", args=[whistle.pk])).content.decode()
    assert "会议明确分工" in shown


def whistled_and_met(city: SmallCity) -> Any:
    WhistleItem.objects.all().delete()
    incident = do(city, "street_leader", at_street(city), Verb.WHISTLE, **whistle_values(city, kind="tough"))
    do(city, "street_staff", incident, Verb.HOLD_SESSION, mode="joint_meeting", note="会议明确分工")
    return incident.whistles.get()
