"""Raising a whistle, changing who is called, refusing it, and what the list of the street allows."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from core.clock import frozen_at
from core.errors import Conflict, Denied, Invalid
from core.models import Notification
from incidents.models import Clock, Incident, IncidentEvent, Whistle, WhistleItem, WhistleResponse
from incidents.rules.vocabulary import State, Verb
from incidents.selectors import actions_for
from incidents.selectors.lists import incidents_for
from incidents.selectors.shows import show_called
from incidents.services.sweep import sweep_due
from tests.factories.incidents import GARBAGE, SmallCity, at_street, do, whistle_values, whistled
from tests.factories.organizations import make_department

pytestmark = pytest.mark.django_db
# A Wednesday, ten o'clock in Shanghai.
START = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
REFUSAL = {"reason": "不在本部门职责内", "basis": "权责清单第三条"}


def answer_of(incident: Incident, code: str) -> WhistleResponse:
    return WhistleResponse.objects.get(whistle__incident=incident, department__code=code)


def running(incident: Incident, code: str) -> dict[str, datetime]:
    rows = Clock.objects.filter(
        whistle_response__whistle__incident=incident, stopped_at=None, organization__code=code
    )
    return {row.kind: row.due_at for row in rows}


def offered(city: SmallCity, who: str, incident: Incident) -> set[Verb]:
    fresh = Incident.objects.select_related("lead_department", "category", "community", "street").get(
        pk=incident.pk
    )
    return {action.verb for action in actions_for(city[who], fresh)}


def told(city: SmallCity, who: str, kind: str) -> int:
    return Notification.objects.filter(user=city[who], kind=kind).count()


def refused(city: SmallCity, who: str = "supporting_officer") -> Incident:
    return do(city, who, whistled(city), Verb.WHISTLE_REFUSE, **REFUSAL)


# Raising


def test_a_raised_whistle_restarts_every_departments_clocks_and_keeps_what_was_answered(
    city: SmallCity,
) -> None:
    with frozen_at(START):
        incident = whistled(city)
        do(city, "department_officer", incident, Verb.WHISTLE_REPORT_DONE, note="已清理一次")
    later = START + timedelta(hours=3)
    with frozen_at(later):
        given = {"kind": "emergency", "response_limit": "30min", "reason": "现场起火"}
        do(city, "street_leader", incident, Verb.WHISTLE_UPGRADE, **given)
    for code in ("D38", "D24"):
        assert running(incident, code) == {
            "sign": later + timedelta(minutes=10),
            "arrive": later + timedelta(minutes=30),
            "report": later + timedelta(hours=24),
        }
    whistle = Whistle.objects.get()
    assert (whistle.first_kind, whistle.kind, whistle.raised_at) == ("routine", "emergency", later)
    assert answer_of(incident, "D38").done_at is None
    event = IncidentEvent.objects.get(verb=Verb.WHISTLE_UPGRADE)
    kept = {each["department"]: each for each in event.data["answers"]}
    assert kept[city.departments["D38"].name]["done_at"] == START.isoformat()
    assert (event.data["from_kind"], event.data["kind"]) == ("routine", "emergency")
    assert told(city, "supporting_officer", "incident_whistled") == 2


@pytest.mark.parametrize("kind", ["routine", "tough", "nonsense"])
def test_a_whistle_is_never_lowered_or_repeated(city: SmallCity, kind: str) -> None:
    incident = do(city, "street_leader", at_street(city), Verb.WHISTLE, **whistle_values(city, kind="tough"))
    given = {"kind": kind, "response_limit": "2h", "reason": "再看"}
    with pytest.raises(Invalid) as caught:
        do(city, "street_leader", incident, Verb.WHISTLE_UPGRADE, **given)
    assert caught.value.field == "kind"
    assert caught.value.code == ("choice_invalid" if kind == "nonsense" else "kind_not_higher")
    given["kind"] = "emergency"
    do(city, "street_leader", incident, Verb.WHISTLE_UPGRADE, **given)
    with pytest.raises(Denied) as at_top:
        do(city, "street_leader", incident, Verb.WHISTLE_UPGRADE, **given)
    assert at_top.value.code == "whistle_at_top"
    assert Verb.WHISTLE_UPGRADE not in offered(city, "street_leader", incident)


# Who is called


def test_the_street_calls_more_departments_later_with_clocks_of_their_own(city: SmallCity) -> None:
    with frozen_at(START):
        incident = whistled(city)
    later = START + timedelta(hours=1)
    with frozen_at(later):
        given = {"reason": "还需水利部门", "supporting_departments": [city.departments["D16"].pk]}
        do(city, "street_leader", incident, Verb.WHISTLE_CHANGE, **given)
    assert set(running(incident, "D16")) == {"sign", "arrive", "report"}
    assert running(incident, "D38")["arrive"] < running(incident, "D16")["arrive"]
    assert Incident.objects.visible_to(city["outsider_department"]).filter(pk=incident.pk).exists()
    assert told(city, "outsider_department", "incident_whistled") == 1
    assert told(city, "department_officer", "incident_whistled") == 1
    with pytest.raises(Invalid) as nothing:
        do(city, "street_leader", incident, Verb.WHISTLE_CHANGE, **given)
    assert nothing.value.code == "nothing_changed"


def test_a_supporter_or_a_new_department_may_become_the_lead(city: SmallCity) -> None:
    incident = whistled(city)
    lead = city.departments["D24"]
    changed = do(
        city, "street_leader", incident, Verb.WHISTLE_CHANGE, reason="主要是建设问题", lead_department=lead.pk
    )
    assert changed.lead_department == lead
    assert [answer_of(incident, code).is_lead for code in ("D24", "D38")] == [True, False]
    do(city, "department_officer", incident, Verb.WHISTLE_REPORT_DONE, note="完成")
    with pytest.raises(Denied, match="lead_not_done"):
        do(city, "street_staff", incident, Verb.ASK_RESIDENT)
    fresh = city.departments["D16"]
    do(city, "street_leader", incident, Verb.WHISTLE_CHANGE, reason="职责调整", lead_department=fresh.pk)
    assert answer_of(incident, "D16").is_lead
    assert running(incident, "D16")
    with pytest.raises(Denied):
        do(city, "street_staff", incident, Verb.WHISTLE_CHANGE, reason="越权", lead_department=lead.pk)


# Refusing


def test_a_refusal_is_decided_by_the_street_and_clocks_run_until_then(city: SmallCity) -> None:
    incident = refused(city)
    row = answer_of(incident, "D24")
    assert (row.refusal, row.refusal_basis) == ("stated", REFUSAL["basis"])
    assert set(running(incident, "D24")) == {"sign", "arrive", "report"}
    assert told(city, "street_leader", "whistle_refused") == 1
    assert {Verb.WHISTLE_RELEASE, Verb.WHISTLE_UPHOLD} <= offered(city, "street_leader", incident)
    assert Verb.WHISTLE_REFUSE not in offered(city, "supporting_officer", incident)
    given = {"department": city.departments["D24"].pk, "reason": "确非其职责"}
    do(city, "street_leader", incident, Verb.WHISTLE_RELEASE, **given)
    row.refresh_from_db()
    assert (row.refusal, row.released_at is not None) == ("settled", True)
    assert not running(incident, "D24")
    assert running(incident, "D38")
    assert told(city, "supporting_officer", "whistle_refusal_decided") == 1
    with pytest.raises(Denied) as caught:
        do(city, "supporting_officer", incident, Verb.WHISTLE_SIGN)
    assert caught.value.code == "not_your_part"
    change = {"reason": "请来", "lead_department": city.departments["D24"].pk}
    with pytest.raises(Invalid) as again:
        do(city, "street_leader", incident, Verb.WHISTLE_CHANGE, **change)
    assert again.value.code == "department_released"


def test_releasing_the_lead_needs_another_lead(city: SmallCity) -> None:
    incident = refused(city, "department_officer")
    given = {"department": city.departments["D38"].pk, "reason": "同意"}
    for lead in ({}, {"lead_department": city.departments["D38"].pk}):
        with pytest.raises(Invalid) as caught:
            do(city, "street_leader", incident, Verb.WHISTLE_RELEASE, **given, **lead)
        assert (caught.value.code, caught.value.field) == ("lead_needed", "lead_department")
    given["lead_department"] = city.departments["D24"].pk
    released = do(city, "street_leader", incident, Verb.WHISTLE_RELEASE, **given)
    assert released.lead_department == city.departments["D24"]
    assert answer_of(incident, "D24").is_lead
    do(city, "supporting_officer", incident, Verb.WHISTLE_REPORT_DONE, note="完成")
    assert do(city, "street_staff", incident, Verb.ASK_RESIDENT).state == State.CALLBACK


@pytest.mark.parametrize("decision", ["kept", "released"])
def test_an_upheld_call_is_decided_by_the_grid_office(city: SmallCity, decision: str) -> None:
    incident = refused(city)
    given: dict[str, Any] = {"department": city.departments["D24"].pk, "reason": "清单中有此职责"}
    assert Verb.WHISTLE_ARBITRATE not in offered(city, "city_grid_office", incident)
    do(city, "street_leader", incident, Verb.WHISTLE_UPHOLD, **given)
    assert told(city, "city_grid_office", "whistle_refusal_decided") == 1
    assert Verb.WHISTLE_ARBITRATE in offered(city, "city_grid_office", incident)
    with pytest.raises(Denied) as late:
        do(city, "street_leader", incident, Verb.WHISTLE_RELEASE, **given)
    assert late.value.code == "no_refusal"
    do(city, "city_grid_office", incident, Verb.WHISTLE_ARBITRATE, **given, decision=decision)
    row = answer_of(incident, "D24")
    assert (row.refusal, row.released_at is None) == ("settled", decision == "kept")
    assert bool(running(incident, "D24")) is (decision == "kept")
    with pytest.raises(Denied) as over:
        do(city, "city_grid_office", incident, Verb.WHISTLE_ARBITRATE, **given, decision=decision)
    assert over.value.code == "no_contest"
    if decision == "kept":
        with pytest.raises(Denied) as twice:
            do(city, "supporting_officer", incident, Verb.WHISTLE_REFUSE, **REFUSAL)
        assert twice.value.code == "already_refused"


def test_who_has_reported_in_refuses_no_more_and_work_done_settles_a_refusal(city: SmallCity) -> None:
    incident = whistled(city)
    do(city, "supporting_officer", incident, Verb.WHISTLE_REPORT_IN)
    with pytest.raises(Conflict):
        do(city, "supporting_officer", incident, Verb.WHISTLE_REFUSE, **REFUSAL)
    assert Verb.WHISTLE_REFUSE not in offered(city, "supporting_officer", incident)
    do(city, "department_officer", incident, Verb.WHISTLE_REFUSE, **REFUSAL)
    do(city, "department_officer", incident, Verb.WHISTLE_REPORT_DONE, note="先办了")
    assert answer_of(incident, "D38").refusal == "settled"


# The list


def listed(city: SmallCity, **values: Any) -> WhistleItem:
    return WhistleItem.objects.create(**{"name": "占道堆物", "valid_from": date(2026, 1, 1), **values})


def test_without_a_list_everything_may_be_whistled_and_with_one_only_what_it_has(city: SmallCity) -> None:
    incident = at_street(city)
    assert Verb.WHISTLE in offered(city, "street_leader", incident)
    listed(city, category_codes=["0301"])
    assert Verb.WHISTLE not in offered(city, "street_leader", incident)
    with pytest.raises(Denied) as caught:
        do(city, "street_leader", incident, Verb.WHISTLE, **whistle_values(city))
    assert caught.value.code == "not_on_whistle_list"
    listed(city, category_groups=[incident.category.group], kinds=["tough"], grounds=["stubborn"])
    assert Verb.WHISTLE in offered(city, "street_leader", incident)
    for wrong in ({"kind": "routine"}, {"kind": "tough", "grounds": "emergency"}):
        with pytest.raises(Denied) as again:
            do(city, "street_leader", incident, Verb.WHISTLE, **whistle_values(city, **wrong))
        assert again.value.code == "not_on_whistle_list"
    do(city, "street_leader", incident, Verb.WHISTLE, **whistle_values(city, kind="tough"))


@pytest.mark.parametrize(
    "values",
    [
        {"valid_to": date(2026, 2, 1)},
        {"valid_from": date(2026, 5, 1)},
        {"is_active": False},
    ],
)
def test_lines_out_of_date_or_switched_off_restrict_nothing(city: SmallCity, values: dict[str, Any]) -> None:
    with frozen_at(START):
        incident = at_street(city)
        listed(city, category_codes=["0301"], **values)
        do(city, "street_leader", incident, Verb.WHISTLE, **whistle_values(city))


def test_the_list_of_another_street_restricts_nothing_here(city: SmallCity) -> None:
    incident = at_street(city)
    listed(city, category_codes=["0301"], street=city.streets[1])
    do(city, "street_leader", incident, Verb.WHISTLE, **whistle_values(city))
    assert incident.category.code == GARBAGE


def test_an_unknown_department_cannot_be_added(city: SmallCity) -> None:
    incident = whistled(city)
    gone = make_department(city.city, code="D77")
    gone.closed_on = date(2026, 1, 1)
    gone.save()
    with pytest.raises(Invalid) as caught:
        do(city, "street_leader", incident, Verb.WHISTLE_CHANGE, reason="请来", lead_department=gone.pk)
    assert caught.value.code == "unit_closed"


# Silence


def test_silence_never_ends_a_whistle_but_is_supervised_until_the_desk_has_asked(city: SmallCity) -> None:
    with frozen_at(START):
        incident = do(city, "department_officer", whistled(city), Verb.WHISTLE_REPORT_DONE, note="完成")
        do(city, "street_staff", incident, Verb.ASK_RESIDENT)
    with frozen_at(START + timedelta(days=30)):
        while sweep_due().claimed:
            pass
        incident.refresh_from_db()
        assert (incident.state, incident.is_whistled, incident.is_supervised) == ("callback", True, True)
        assert told(city, "street_staff", "incident_supervised") >= 1
        street = city["street_staff"]
        assert incident in incidents_for(street).open().filter(show_called(street, "to_verify").condition)
        given = {"channel": "local_hotline", "note": "电话回访"}
        incident = do(city, "street_staff", incident, Verb.JUDGE_SATISFIED, **given)
    assert (incident.state, incident.is_whistled) == (State.EVALUATED, False)
    assert Whistle.objects.get().ended_at is not None
