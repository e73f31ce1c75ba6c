"""Joint sessions: participants, minutes and tasks; reminders go out once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.clock import frozen_at
from core.errors import Conflict, Denied, DomainError, Invalid
from core.models import Notification
from incidents.models import Incident, Session, SessionTask, WhistleDuty
from incidents.rules.vocabulary import Verb
from incidents.selectors import actions_for
from incidents.selectors.lists import incidents_for
from incidents.selectors.shows import show_called
from incidents.services.reminders import remind_late
from tests.factories.incidents import SmallCity, at_street, do, make_incident, whistle_values

pytestmark = pytest.mark.django_db
# A Wednesday, ten o'clock in Shanghai.
START = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)


def tough(city: SmallCity) -> Incident:
    return do(city, "street_leader", at_street(city), Verb.WHISTLE, **whistle_values(city, kind="tough"))


def session_values(city: SmallCity, **values: Any) -> dict[str, Any]:
    return {
        "mode": "joint_meeting",
        "note": "明确分工，周五前清理到位",
        "units": [city.departments["D38"].pk, city.streets[0].pk],
        "people": "王主任、李科长",
        "decisions": "城管牵头清理，水利局疏通沟渠",
        "tasks": [{"unit": city.departments["D16"].pk, "text": "疏通沟渠", "due_on": "2026-03-06"}],
        **values,
    }


def told(city: SmallCity, who: str, kind: str) -> int:
    return Notification.objects.filter(user=city[who], kind=kind).count()


def test_a_session_keeps_minutes_and_gives_out_tasks_that_their_unit_sees_and_finishes(
    city: SmallCity,
) -> None:
    with frozen_at(START):
        incident = at_street(city)
        assert not Incident.objects.visible_to(city["outsider_department"]).filter(pk=incident.pk).exists()
        incident = do(city, "street_staff", incident, Verb.HOLD_SESSION, **session_values(city))
        session = Session.objects.get()
        assert {unit.code for unit in session.units.all()} == {"D38", "D16", city.streets[0].code}
        assert (incident.open_tasks, session.held_at) == (1, START)
        officer = city["outsider_department"]
        assert told(city, "outsider_department", "session_task_given") == 1
        shown = incidents_for(officer).open().filter(show_called(officer, "tasks").condition)
        assert list(shown) == [incident]
        task = SessionTask.objects.get()
        fresh = Incident.objects.select_related("category", "lead_department").get(pk=incident.pk)
        assert Verb.FINISH_TASK in {action.verb for action in actions_for(officer, fresh)}
        given = {"task": task.pk, "note": "沟渠已疏通"}
        done = do(city, "outsider_department", incident, Verb.FINISH_TASK, **given)
    assert done.open_tasks == 0
    task.refresh_from_db()
    assert (task.done_by, task.done_note) == (city["outsider_department"], "沟渠已疏通")
    assert told(city, "street_leader", "session_task_done") == 1
    with pytest.raises(Denied):
        do(city, "outsider_department", incident, Verb.FINISH_TASK, **given)


def test_a_task_is_finished_once_and_by_its_own_unit_alone(city: SmallCity) -> None:
    with frozen_at(START):
        tasks = [
            {"unit": city.departments["D16"].pk, "text": "疏通沟渠", "due_on": "2026-03-06"},
            {"unit": city.departments["D16"].pk, "text": "复查", "due_on": "2026-03-09"},
            {"unit": city.departments["D38"].pk, "text": "清理", "due_on": "2026-03-09"},
        ]
        incident = do(
            city, "street_staff", at_street(city), Verb.HOLD_SESSION, **session_values(city, tasks=tasks)
        )
        first, _second, other = SessionTask.objects.order_by("pk")
        do(city, "outsider_department", incident, Verb.FINISH_TASK, task=first.pk, note="完成")
        with pytest.raises(Conflict):
            do(city, "outsider_department", incident, Verb.FINISH_TASK, task=first.pk, note="完成")
        for foreign in (other.pk, "abc", 0):
            with pytest.raises(Invalid) as caught:
                do(city, "outsider_department", incident, Verb.FINISH_TASK, task=foreign or "0", note="完成")
            assert caught.value.code == "task_unknown"
        with pytest.raises(Denied) as denied:
            do(city, "grid_worker", incident, Verb.FINISH_TASK, task=first.pk, note="完成")
        assert denied.value.code == "not_your_part"


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"mode": "party"}, "mode", "choice_invalid"),
        ({"held_at": "2026-03-05T10:00"}, "held_at", "session_time_wrong"),
        ({"held_at": "2020-01-01T10:00"}, "held_at", "session_time_wrong"),
        ({"held_at": "morgen"}, "held_at", "time_unreadable"),
        ({"held_at": "2026-13-41T10:00"}, "held_at", "time_unreadable"),
        ({"units": ["x"]}, "units", "unit_unknown"),
        ({"units": list(range(1, 30))}, "units", "too_many_units"),
        ({"tasks": [{}] * 30}, "tasks", "too_many_tasks"),
        ({"tasks": "alles"}, "tasks", "too_many_tasks"),
        ({"tasks": ["alles"]}, "tasks", "task_incomplete"),
        ({"tasks": [{"unit": 1, "text": "", "due_on": "2026-03-06"}]}, "tasks", "task_incomplete"),
        ({"tasks": [{"unit": 1, "text": "清理", "due_on": "2026-02-30"}]}, "tasks", "task_incomplete"),
        ({"tasks": [{"unit": 1, "text": "清理", "due_on": "2026-03-03"}]}, "tasks", "task_due_past"),
        ({"tasks": [{"unit": 1, "text": "长" * 300, "due_on": "2026-03-06"}]}, "tasks", "text_too_long"),
    ],
)
def test_what_cannot_be_recorded_names_its_field(
    city: SmallCity, values: dict[str, Any], field: str, code: str
) -> None:
    with frozen_at(START):
        incident = at_street(city)
        with pytest.raises(Invalid) as caught:
            do(city, "street_staff", incident, Verb.HOLD_SESSION, **session_values(city, **values))
    assert (caught.value.field, caught.value.code) == (field, code)
    assert not Session.objects.exists()


def test_units_of_other_places_take_no_part(city: SmallCity) -> None:
    with frozen_at(START):
        incident = at_street(city)
        for unit in (city.streets[1], city.communities[2]):
            with pytest.raises(Invalid) as caught:
                do(city, "street_staff", incident, Verb.HOLD_SESSION, **session_values(city, units=[unit.pk]))
            assert caught.value.code == "unit_elsewhere_session"


@pytest.mark.parametrize("who", ["grid_worker", "auditor", "outsider_street"])
def test_who_may_not_record_a_session(city: SmallCity, who: str) -> None:
    with frozen_at(START):
        incident = make_incident(city)
        with pytest.raises(DomainError) as caught:
            do(city, who, incident, Verb.HOLD_SESSION, **session_values(city))
    assert caught.value.code in ("not_your_part", "permission_missing", "incident_missing")


def test_a_tough_whistle_sets_the_street_a_meeting_and_a_plan_and_a_session_meets_them(
    city: SmallCity,
) -> None:
    with frozen_at(START):
        incident = tough(city)
        dues = {duty.kind: (duty.due_at - START).days for duty in WhistleDuty.objects.all()}
        # Wednesday: three working days end on Monday, five on Wednesday next week, at closing time.
        assert dues == {"meeting": 5, "plan": 7}
    with frozen_at(START + timedelta(hours=2)):
        do(city, "street_staff", incident, Verb.HOLD_SESSION, **session_values(city, tasks=[]))
    assert set(WhistleDuty.objects.filter(done_at=None).values_list("kind", flat=True)) == {"plan"}
    with frozen_at(START + timedelta(hours=3)):
        do(city, "street_staff", incident, Verb.HOLD_SESSION, **session_values(city))
    assert not WhistleDuty.objects.filter(done_at=None).exists()


def test_a_meeting_before_the_whistle_does_not_count_and_routine_ones_owe_none(city: SmallCity) -> None:
    with frozen_at(START):
        routine = do(city, "street_leader", at_street(city), Verb.WHISTLE, **whistle_values(city))
        assert not WhistleDuty.objects.exists()
        incident = at_street(city)
    with frozen_at(START + timedelta(hours=1)):
        do(city, "street_leader", incident, Verb.WHISTLE, **whistle_values(city, kind="tough"))
        early = {"held_at": START.isoformat(), "tasks": []}
        do(city, "street_staff", incident, Verb.HOLD_SESSION, **session_values(city, **early))
        assert WhistleDuty.objects.filter(done_at=None).count() == 2
        raised = {"kind": "tough", "response_limit": "1wd", "reason": "反复"}
        do(city, "street_leader", routine, Verb.WHISTLE_UPGRADE, **raised)
        assert WhistleDuty.objects.filter(whistle__incident=routine).count() == 2


def test_reminders_go_out_once_and_not_for_what_is_done_or_closed(city: SmallCity) -> None:
    with frozen_at(START):
        incident = tough(city)
        do(city, "street_staff", incident, Verb.HOLD_SESSION, **session_values(city, held_at=""))
        WhistleDuty.objects.update(done_at=None)
        rejected = make_incident(city, category_code="1202")
        tasks = [{"unit": city.departments["D16"].pk, "text": "核实", "due_on": "2026-03-05"}]
        do(city, "community_staff", rejected, Verb.HOLD_SESSION, **session_values(city, tasks=tasks))
        do(city, "community_staff", rejected, Verb.REJECT, reason="不属于受理范围")
        assert remind_late() == 0
    with frozen_at(START + timedelta(days=20)):
        assert remind_late() == 3
        assert remind_late() == 0
    assert told(city, "outsider_department", "session_task_late") == 1
    assert told(city, "street_leader", "whistle_duty_late") == 2
    assert told(city, "street_leader", "session_task_late") == 1
