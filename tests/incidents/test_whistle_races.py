"""People who act on one whistle at the same moment: exactly one outcome, and nobody's answer is lost."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections

from core import clock
from core.clock import frozen_at
from core.errors import DomainError
from core.models import Notification
from incidents.models import Incident, IncidentEvent, SessionTask, Whistle, WhistleResponse
from incidents.rules.vocabulary import State, Verb
from incidents.services import incident_perform
from incidents.services.reminders import remind_late
from organizations.choices import Role
from tests.factories.incidents import (
    SmallCity,
    at_street,
    do,
    make_incident,
    small_city,
    whistle_values,
    whistled,
)
from tests.factories.organizations import make_user

pytestmark = pytest.mark.django_db(transaction=True)
Act = Callable[[], Any]


def at_once(*acts: Act) -> list[DomainError]:
    """Do everything at the same moment, each on a connection of its own; return what was refused."""
    barrier, refused = Barrier(len(acts)), []

    def run(act: Act) -> None:
        try:
            barrier.wait()
            act()
        except DomainError as error:
            refused.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def step(city: SmallCity, who: str, incident: Incident, verb: Verb, **given: Any) -> Act:
    actor = city.actor(who)
    return lambda: incident_perform(actor=actor, incident_id=incident.pk, verb=verb, given=given)


def test_two_leaders_whistle_at_once() -> None:
    city = small_city()
    city.people["second_leader"] = make_user(Role.STREET_LEADER, city.streets[0], username="second_leader")
    incident = at_street(city)
    values = whistle_values(city)
    refused = at_once(
        step(city, "street_leader", incident, Verb.WHISTLE, **values),
        step(city, "second_leader", incident, Verb.WHISTLE, **values),
    )
    assert [error.code for error in refused] == ["stale"]
    assert Whistle.objects.count() == 1
    assert WhistleResponse.objects.count() == 2
    assert Notification.objects.filter(user=city["department_officer"], kind="incident_whistled").count() == 1


@pytest.mark.parametrize("under_whistle", [False, True])
def test_the_verdict_meets_the_closing_for_silence(under_whistle: bool) -> None:
    city = small_city()
    if under_whistle:
        incident = do(city, "department_officer", whistled(city), Verb.WHISTLE_REPORT_DONE, note="完成")
        do(city, "street_staff", incident, Verb.ASK_RESIDENT)
    else:
        incident = make_incident(city)
        do(city, "grid_worker", incident, Verb.SIGN)
        incident = do(city, "grid_worker", incident, Verb.FINISH, note="完成")
        if incident.state == State.VERIFYING:
            incident = do(city, "community_staff", incident, Verb.CONFIRM_CHECK, note="已看过")
    assert Incident.objects.get(pk=incident.pk).state == State.CALLBACK
    late = clock.now() + timedelta(days=30)

    def later(act: Act) -> Act:
        def run() -> None:
            with frozen_at(late):
                act()

        return run

    refused = at_once(
        later(step(city, "resident", incident, Verb.JUDGE_SATISFIED)),
        later(step(city, "system", incident, Verb.CLOSE_UNANSWERED)),
    )
    assert len(refused) == 1
    incident.refresh_from_db()
    verbs = set(IncidentEvent.objects.filter(incident=incident).values_list("verb", flat=True))
    assert (Verb.JUDGE_SATISFIED in verbs) is (incident.state == State.EVALUATED)
    assert (Verb.CLOSE_UNANSWERED in verbs) is (incident.state == State.CLOSED)
    if under_whistle:
        # Only a verdict ends a whistle.
        assert (incident.state, incident.is_whistled) == (State.EVALUATED, False)
        assert refused[0].code in ("under_whistle", "wrong_state")


def test_two_departments_answer_at_once_and_both_answers_stand() -> None:
    city = small_city()
    incident = whistled(city)
    refused = at_once(
        step(city, "department_officer", incident, Verb.WHISTLE_REPORT_DONE, note="已清理"),
        step(city, "supporting_officer", incident, Verb.WHISTLE_REPORT_DONE, note="已加固"),
    )
    assert not refused
    notes = set(WhistleResponse.objects.exclude(done_at=None).values_list("done_note", flat=True))
    assert notes == {"已清理", "已加固"}


def test_a_refusal_meets_the_report_of_a_colleague() -> None:
    city = small_city()
    incident = whistled(city)
    given = {"reason": "不在职责内", "basis": "权责清单"}
    refused = at_once(
        step(city, "department_officer", incident, Verb.WHISTLE_REFUSE, **given),
        step(city, "department_colleague", incident, Verb.WHISTLE_REPORT_DONE, note="已清理"),
    )
    answer = WhistleResponse.objects.get(is_lead=True)
    assert answer.done_at is not None
    # Either the refusal came first and the work settled it, or it came too late and was turned down.
    assert [error.code for error in refused] == ([] if answer.refusal == "settled" else ["stale"])
    assert answer.refusal in ("not", "settled")


def test_two_reminders_at_once_remind_once() -> None:
    city = small_city()
    task = {"unit": city.departments["D16"].pk, "text": "疏通沟渠", "due_on": clock.today().isoformat()}
    given = {"mode": "on_site", "note": "现场会商", "tasks": [task]}
    do(city, "street_staff", at_street(city), Verb.HOLD_SESSION, **given)
    late = clock.now() + timedelta(days=3)

    def remind() -> None:
        with frozen_at(late):
            remind_late()

    assert not at_once(remind, remind, remind)
    assert SessionTask.objects.exclude(reminded_at=None).count() == 1
    late_ones = Notification.objects.filter(kind="session_task_late", user=city["outsider_department"])
    assert late_ones.count() == 1
