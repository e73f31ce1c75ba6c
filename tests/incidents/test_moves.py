"""Every verb of the table through the one entrance: who succeeds, where it leads, and who is refused how."""

from datetime import timedelta
from typing import Any

import pytest

from core import clock
from core.errors import Conflict, Denied, DomainError, Invalid, Missing
from incidents.models import Clock, Incident, IncidentEvent, Participation, WhistleResponse
from incidents.rules.vocabulary import Level, State, Verb
from incidents.services import incident_perform
from incidents.services.effects import EFFECTS
from organizations.models import Organization
from tests.factories.incidents import (
    CONDUCT,
    MANHOLE,
    SmallCity,
    at_street,
    do,
    make_incident,
    whistle_values,
    whistled,
)

pytestmark = pytest.mark.django_db


def fresh(city: SmallCity) -> Incident:
    return make_incident(city)


def signed(city: SmallCity) -> Incident:
    return do(city, "grid_worker", make_incident(city), Verb.SIGN)


def handling(city: SmallCity) -> Incident:
    return do(city, "grid_worker", signed(city), Verb.START)


def asked(city: SmallCity) -> Incident:
    return do(city, "grid_worker", handling(city), Verb.FINISH, note="已清运")


def closed(city: SmallCity) -> Incident:
    return do(city, "resident", asked(city), Verb.JUDGE_SATISFIED)


def rectifying(city: SmallCity) -> Incident:
    return do(city, "resident", asked(city), Verb.JUDGE_DISSATISFIED, reason="没清干净")


def at_community(city: SmallCity) -> Incident:
    return do(city, "grid_worker", make_incident(city), Verb.ESCALATE, cause="缺少车辆", difficulty="量大")


def lead_done(city: SmallCity) -> Incident:
    return do(city, "department_officer", whistled(city), Verb.WHISTLE_REPORT_DONE, note="已清理")


NOTE = {"note": "已处理"}
UP = {"cause": "超出能力", "difficulty": "需要设备"}
CALL = {"channel": "visit"}
CASES: list[tuple[Any, str, Verb, dict[str, str], State]] = [
    (fresh, "grid_worker", Verb.SIGN, {}, State.SIGNED),
    (signed, "grid_worker", Verb.START, {}, State.HANDLING),
    (signed, "grid_worker", Verb.FINISH, NOTE, State.CALLBACK),
    (handling, "grid_worker", Verb.FINISH, NOTE, State.CALLBACK),
    (rectifying, "grid_worker", Verb.FINISH, NOTE, State.CALLBACK),
    (handling, "grid_worker", Verb.ESCALATE, UP, State.DISPATCHED),
    (at_community, "community_staff", Verb.SIGN, {}, State.SIGNED),
    (at_community, "community_staff", Verb.REJECT, {"reason": "不属于受理范围"}, State.NOT_ACCEPTED),
    (whistled, "department_officer", Verb.WHISTLE_SIGN, {}, State.WHISTLED),
    (whistled, "supporting_officer", Verb.WHISTLE_REPORT_IN, {}, State.WHISTLED),
    (whistled, "department_leader", Verb.WHISTLE_REPORT_DONE, NOTE, State.WHISTLED),
    (lead_done, "street_staff", Verb.ASK_RESIDENT, {}, State.CALLBACK),
    (asked, "resident", Verb.JUDGE_SATISFIED, {}, State.EVALUATED),
    (asked, "community_staff", Verb.JUDGE_SATISFIED, CALL, State.EVALUATED),
    (asked, "street_staff", Verb.JUDGE_BASICALLY, CALL, State.EVALUATED),
    (asked, "resident", Verb.JUDGE_DISSATISFIED, {"reason": "仍有异味"}, State.RECTIFYING),
    (closed, "resident", Verb.REOPEN, {"reason": "又出现了"}, State.RECTIFYING),
    (closed, "city_grid_office", Verb.REOPEN, {"reason": "回访不实", **CALL}, State.RECTIFYING),
    (handling, "street_staff", Verb.SUPERVISE, {"reason": "群众多次反映"}, State.HANDLING),
    (handling, "system", Verb.SUPERVISE, {}, State.HANDLING),
    (closed, "resident", Verb.COMMENT, {"text": "谢谢"}, State.EVALUATED),
    (fresh, "grid_worker", Verb.COMMENT, {"text": "马上到"}, State.DISPATCHED),
]
REFUSALS: list[tuple[Any, str, Verb, dict[str, str], type[DomainError], str]] = [
    (fresh, "community_staff", Verb.SIGN, {}, Denied, "not_your_part"),
    (fresh, "second_worker", Verb.SIGN, {}, Missing, "incident_missing"),
    (fresh, "outsider_street", Verb.SUPERVISE, {"reason": "越权"}, Missing, "incident_missing"),
    (fresh, "outsider_department", Verb.COMMENT, {"text": "越权"}, Missing, "incident_missing"),
    (fresh, "nobody", Verb.SIGN, {}, Missing, "incident_missing"),
    (fresh, "system_administrator", Verb.SIGN, {}, Missing, "incident_missing"),
    (fresh, "auditor", Verb.COMMENT, {"text": "只读"}, Denied, "not_your_part"),
    (fresh, "resident", Verb.SIGN, {}, Denied, "not_your_part"),
    (fresh, "grid_worker", Verb.FINISH, NOTE, Denied, "wrong_state"),
    (signed, "grid_worker", Verb.FINISH, {}, Invalid, "fields_missing"),
    (signed, "grid_worker", Verb.REJECT, {"reason": "不想办"}, Denied, "level_too_low"),
    (signed, "grid_worker", Verb.WHISTLE, {}, Denied, "not_your_part"),
    (asked, "grid_worker", Verb.JUDGE_SATISFIED, CALL, Denied, "not_your_part"),
    (asked, "community_staff", Verb.JUDGE_SATISFIED, {}, Invalid, "fields_missing"),
    (asked, "system", Verb.CLOSE_UNANSWERED, {}, Denied, "verdict_still_running"),
    (whistled, "street_staff", Verb.ASK_RESIDENT, {}, Denied, "lead_not_done"),
    (whistled, "street_staff", Verb.WHISTLE_SIGN, {}, Denied, "not_your_part"),
    (whistled, "street_leader", Verb.FINISH, NOTE, Denied, "wrong_state"),
    (closed, "grid_worker", Verb.ESCALATE, UP, Denied, "wrong_state"),
]


def ids(case: tuple[Any, ...]) -> str:
    return f"{case[0].__name__}-{case[1]}-{case[2]}"


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_verb_leads_to_its_state_with_an_event_and_a_version_for_every_move(
    city: SmallCity, case: Any
) -> None:
    arrange, who, verb, given, after = case
    before = arrange(city)
    seen = set(IncidentEvent.objects.values_list("pk", flat=True))
    result = do(city, who, before, verb, **given)
    stored = Incident.objects.get(pk=before.pk)
    assert (result.state, stored.state) == (after, after)
    events = list(IncidentEvent.objects.exclude(pk__in=seen).order_by("pk"))
    assert stored.version == before.version + (0 if verb is Verb.COMMENT else len(events))
    assert (events[0].verb, events[0].from_state) == (verb, before.state)
    assert [event.to_state for event in events[:-1]] == [event.from_state for event in events[1:]]
    assert events[-1].to_state == after
    if stored.is_open:
        assert stored.due_at is not None
    else:
        assert not Clock.objects.filter(incident=stored, stopped_at=None).exists()


@pytest.mark.parametrize("case", REFUSALS, ids=ids)
def test_refused_verb_names_its_code_and_changes_nothing(city: SmallCity, case: Any) -> None:
    arrange, who, verb, given, error, code = case
    incident = arrange(city)
    events = IncidentEvent.objects.count()
    with pytest.raises(error) as caught:
        do(city, who, incident, verb, **given)
    assert caught.value.code == code
    assert caught.value.message
    assert "%(" not in caught.value.message
    assert IncidentEvent.objects.count() == events
    assert Incident.objects.get(pk=incident.pk).version == incident.version


def test_every_verb_but_filing_has_an_effect() -> None:
    assert set(EFFECTS) == set(Verb) - {Verb.FILE}


def test_escalation_by_hand_climbs_level_by_level_and_keeps_the_running_limit(city: SmallCity) -> None:
    incident = make_incident(city)
    resolve = Clock.objects.get(incident=incident, kind="resolve")
    levels = []
    for who in ("grid_worker", "community_staff", "street_staff", "department_officer"):
        incident = do(city, who, incident, Verb.ESCALATE, **UP)
        levels.append(incident.owner_level)
    assert levels == [Level.COMMUNITY, Level.STREET, Level.DEPARTMENT, Level.CITY]
    same = Clock.objects.get(incident=incident, kind="resolve")
    assert (same.pk, same.due_at) == (resolve.pk, resolve.due_at)
    assert same.organization_id == city.city.pk
    assert Participation.objects.filter(organization=city.departments["D38"]).exists()
    with pytest.raises(Denied) as caught:
        do(city, "city_grid_office", incident, Verb.ESCALATE, **UP)
    assert caught.value.code == "nothing_above"


def test_limit_that_ran_out_gives_the_next_owner_a_clock_of_their_own(city: SmallCity) -> None:
    incident = make_incident(city)
    Clock.objects.filter(incident=incident, kind="resolve").update(stage=2, fires_at=None)
    first_due = Incident.objects.get(pk=incident.pk).first_due_at
    incident = do(city, "system", incident, Verb.ESCALATE, clock="resolve")
    assert Clock.objects.filter(incident=incident, kind="resolve", stopped_at=None, stage=0).count() == 1
    assert Incident.objects.get(pk=incident.pk).first_due_at == first_due


def test_reassigning_within_reach_and_supervision_at_the_second_time(city: SmallCity) -> None:
    incident = at_street(city)
    department = city.departments["D24"]
    incident = do(
        city, "street_staff", incident, Verb.REASSIGN, target_unit=department.pk, reason="属于住建职责"
    )
    assert (incident.owner_level, incident.owner_organization_id) == (Level.DEPARTMENT, department.pk)
    assert not incident.is_supervised
    street = city.streets[0]
    incident = do(
        city, "city_grid_office", incident, Verb.REASSIGN, target_unit=street.pk, reason="退回属地牵头"
    )
    assert incident.owner_level == Level.STREET
    assert incident.is_supervised
    last = IncidentEvent.objects.filter(incident=incident).latest("id")
    assert (last.verb, last.reasons[0]["code"]) == (Verb.SUPERVISE, "supervised_reassigned")


@pytest.mark.parametrize(
    ("who", "target", "error", "code"),
    [
        ("street_staff", "own", Invalid, "target_same"),
        ("street_staff", "999999999", Invalid, "unit_unknown"),
        ("street_staff", "垃圾", Invalid, "unit_unknown"),
        ("street_staff", "closed", Invalid, "unit_closed"),
        ("street_staff", "other_street", Invalid, "unit_elsewhere"),
        ("street_staff", "other_community", Denied, "beyond_reach"),
        ("street_staff", "city", Denied, "beyond_reach"),
    ],
)
def test_reassigning_is_refused(city: SmallCity, who: str, target: str, error: Any, code: str) -> None:
    incident = at_street(city)
    Organization.objects.filter(pk=city.departments["D57"].pk).update(closed_on=clock.today())
    values = {
        "own": city.streets[0].pk,
        "closed": city.departments["D57"].pk,
        "other_street": city.streets[1].pk,
        "other_community": city.communities[2].pk,
        "city": city.city.pk,
    }
    with pytest.raises(error) as caught:
        do(city, who, incident, Verb.REASSIGN, target_unit=values.get(target, target), reason="改派")
    assert caught.value.code == code


def test_wrong_place_is_corrected_by_the_city(city: SmallCity) -> None:
    incident = make_incident(city)
    target = city.communities[2]
    incident = do(
        city, "city_grid_office", incident, Verb.REASSIGN, target_unit=target.pk, reason="地点不在本社区"
    )
    assert (incident.community_id, incident.street_id, incident.grid_id) == (
        target.pk,
        city.streets[1].pk,
        None,
    )
    with pytest.raises(Missing):
        do(city, "community_staff", incident, Verb.COMMENT, text="还能看到吗")


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"response_limit": "0h"}, "response_limit", "limit_not_positive"),
        ({"response_limit": "很快"}, "response_limit", "limit_unreadable"),
        ({"kind": "loud"}, "kind", "choice_invalid"),
        ({"grounds": "none"}, "grounds", "choice_invalid"),
        ({"lead_department": "0"}, "lead_department", "unit_unknown"),
        ({"standard": "长" * 501}, "standard", "text_too_long"),
        ({"standard": ""}, "standard", "fields_missing"),
    ],
)
def test_whistle_with_bad_values_names_the_field(
    city: SmallCity, values: dict[str, str], field: str, code: str
) -> None:
    incident = at_street(city)
    with pytest.raises(Invalid) as caught:
        do(city, "street_leader", incident, Verb.WHISTLE, **whistle_values(city, **values))
    assert (caught.value.code, caught.value.field) == (code, field)
    assert not WhistleResponse.objects.exists()


def test_whistle_refuses_closed_departments_and_units_that_are_none(city: SmallCity) -> None:
    incident = at_street(city)
    with pytest.raises(Invalid) as caught:
        do(
            city,
            "street_leader",
            incident,
            Verb.WHISTLE,
            **whistle_values(city, lead_department=city.communities[0].pk),
        )
    assert caught.value.code == "not_a_department"
    Organization.objects.filter(pk=city.departments["D24"].pk).update(closed_on=clock.today())
    with pytest.raises(Invalid) as caught:
        do(city, "street_leader", incident, Verb.WHISTLE, **whistle_values(city))
    assert (caught.value.code, caught.value.field) == ("unit_closed", "supporting_departments")


def test_only_the_street_itself_can_whistle(city: SmallCity) -> None:
    incident = make_incident(city)
    with pytest.raises(Denied) as caught:
        do(city, "street_leader", incident, Verb.WHISTLE, **whistle_values(city))
    assert caught.value.code == "not_at_street"
    with pytest.raises(Denied) as caught:
        do(city, "street_staff", at_street(city), Verb.WHISTLE, **whistle_values(city))
    assert caught.value.code == "not_your_part"


def test_whistled_incident_stays_with_the_street(city: SmallCity) -> None:
    incident = do(city, "department_officer", whistled(city), Verb.WHISTLE_REPORT_DONE, note="完成")
    do(city, "street_staff", incident, Verb.ASK_RESIDENT)
    incident = do(city, "resident", incident, Verb.JUDGE_DISSATISFIED, reason="没修好")
    for verb, given in ((Verb.ESCALATE, UP), (Verb.FINISH, NOTE)):
        with pytest.raises(Denied) as caught:
            do(city, "street_staff", incident, verb, **given)
        assert caught.value.code == "under_whistle"
    again = WhistleResponse.objects.get(is_lead=True)
    assert (again.done_at, again.signed_at is not None) == (None, True)


def test_dissatisfied_twice_is_supervised(city: SmallCity) -> None:
    incident = do(city, "grid_worker", rectifying(city), Verb.FINISH, note="再次清理")
    incident = do(city, "resident", incident, Verb.JUDGE_DISSATISFIED, reason="还是没好")
    assert (incident.rework_count, incident.is_supervised) == (2, True)


def test_silence_closes_only_after_the_verdict_limit(city: SmallCity) -> None:
    incident = asked(city)
    due = Clock.objects.get(incident=incident, kind="callback", stopped_at=None).due_at
    with clock.frozen_at(due):
        incident = do(city, "system", incident, Verb.CLOSE_UNANSWERED)
    assert (incident.state, incident.verdict) == (State.CLOSED, "")


def test_reopening_ends_after_fifteen_days(city: SmallCity) -> None:
    incident = closed(city)
    assert incident.closed_at is not None
    with clock.frozen_at(incident.closed_at + timedelta(days=15, seconds=1)), pytest.raises(Denied) as caught:
        do(city, "resident", incident, Verb.REOPEN, reason="晚了")
    assert caught.value.code == "reopen_too_late"
    with clock.frozen_at(incident.closed_at + timedelta(days=15)):
        assert do(city, "resident", incident, Verb.REOPEN, reason="还来得及").closed_at is None


def test_stale_form_names_who_did_what_and_when(city: SmallCity) -> None:
    incident = signed(city)
    with pytest.raises(Conflict) as caught:
        incident_perform(
            actor=city.actor("grid_worker"), incident_id=incident.pk, verb=Verb.START, given={}, version=1
        )
    assert caught.value.code == "stale"
    assert caught.value.params["who"] == str(city["grid_worker"])
    assert str(city["grid_worker"]) in caught.value.message
    done = incident_perform(
        actor=city.actor("grid_worker"),
        incident_id=incident.pk,
        verb=Verb.COMMENT,
        given={"text": "旧表单也能留言"},
        version=1,
    )
    assert done.version == incident.version


def test_colleague_of_the_same_department_is_told_who_answered(city: SmallCity) -> None:
    incident = do(city, "department_officer", whistled(city), Verb.WHISTLE_SIGN)
    with pytest.raises(Conflict) as caught:
        do(city, "department_colleague", incident, Verb.WHISTLE_SIGN)
    assert caught.value.params["who"] == str(city["department_officer"])
    assert do(city, "supporting_officer", incident, Verb.WHISTLE_SIGN).pk == incident.pk


def test_red_goes_to_the_street_and_conduct_to_a_department(city: SmallCity) -> None:
    assert make_incident(city, category_code=MANHOLE).owner_level == Level.STREET
    # The department for conduct does not exist in this city, so the highest existing level receives it.
    assert make_incident(city, category_code=CONDUCT).owner_level in (Level.CITY, Level.STREET)


def test_text_beyond_the_limit_is_refused_and_control_characters_go(city: SmallCity) -> None:
    incident = signed(city)
    with pytest.raises(Invalid) as caught:
        do(city, "grid_worker", incident, Verb.FINISH, note="长" * 100_000)
    assert (caught.value.code, caught.value.field) == ("text_too_long", "note")
    do(city, "grid_worker", incident, Verb.FINISH, note="好了\x00\u202e😀<b>")
    assert IncidentEvent.objects.get(incident=incident, verb=Verb.FINISH).note == "好了😀<b>"
