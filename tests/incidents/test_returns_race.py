"""Two people at once: two approvers, a grant against a withdrawal, a return against a signature."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections

from core import clock
from core.errors import DomainError
from incidents.models import Application, Incident, IncidentEvent, ReturnSlip
from incidents.rules.vocabulary import State, Verb
from incidents.services import incident_perform
from organizations.choices import Role
from tests.factories.incidents import SmallCity, do, make_incident, small_city
from tests.factories.organizations import make_user

pytestmark = pytest.mark.django_db(transaction=True)
Press = tuple[str, Verb, dict[str, Any]]


def race(
    city: SmallCity, incident: Incident, presses: list[Press]
) -> tuple[list[str], dict[str, DomainError]]:
    """Let everybody press at the same moment; return who won, and what the others were told."""
    barrier = Barrier(len(presses))
    won: list[str] = []
    lost: dict[str, DomainError] = {}

    def press(who: str, verb: Verb, given: dict[str, Any]) -> None:
        try:
            actor = city.actor(who)
            barrier.wait()
            incident_perform(actor=actor, incident_id=incident.pk, verb=verb, given=given)
            won.append(who)
        except DomainError as error:
            lost[who] = error
        finally:
            connections.close_all()

    threads = [Thread(target=press, args=one) for one in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return won, lost


def at_department(city: SmallCity) -> Incident:
    target = city.departments["D38"].pk
    incident = make_incident(city)
    return do(city, "city_grid_office", incident, Verb.REASSIGN, target_unit=target, reason="请办理")


def asking(city: SmallCity) -> Incident:
    incident = do(city, "department_officer", at_department(city), Verb.SIGN)
    wanted = incident.first_due_at + timedelta(days=5)
    return do(
        city, "department_officer", incident, Verb.REQUEST_EXTENSION, reason="材料未到", wanted_limit=wanted
    )


@pytest.fixture
def city() -> SmallCity:
    made = small_city()
    made.people["second_leader"] = make_user(Role.STREET_LEADER, made.streets[0], username="second_leader")
    return made


def test_two_approvers_at_once_decide_once(city: SmallCity) -> None:
    incident = asking(city)
    won, lost = race(
        city,
        incident,
        [
            ("street_leader", Verb.GRANT_EXTENSION, {}),
            ("second_leader", Verb.REFUSE_EXTENSION, {"reason": "不同意"}),
        ],
    )
    assert len(won) == len(lost) == 1
    error = next(iter(lost.values()))
    assert (error.code, error.params["who"]) == ("stale", str(city[won[0]]))
    application = Application.objects.get(incident=incident)
    assert application.steps.get().decided_by == city[won[0]]
    stored = Incident.objects.get(pk=incident.pk)
    assert (stored.pending_application, stored.extension_count) == ("", int(won == ["street_leader"]))


def test_granting_and_withdrawing_at_once_end_in_one_of_them(city: SmallCity) -> None:
    incident = asking(city)
    won, lost = race(
        city,
        incident,
        [("street_leader", Verb.GRANT_EXTENSION, {}), ("department_officer", Verb.WITHDRAW, {})],
    )
    assert len(won) == len(lost) == 1
    assert next(iter(lost.values())).code == "stale"
    outcome = {"street_leader": "granted", "department_officer": "withdrawn"}[won[0]]
    assert Application.objects.get(incident=incident).state == outcome


def test_giving_back_and_signing_at_once_end_in_one_of_them(city: SmallCity) -> None:
    incident = at_department(city)
    grounds = {"reason": "不属本部门", "basis": "三定方案", "suggested_unit": city.departments["D24"].pk}
    won, lost = race(
        city,
        incident,
        [("department_officer", Verb.RETURN, grounds), ("department_colleague", Verb.SIGN, {})],
    )
    assert len(won) == len(lost) == 1
    assert next(iter(lost.values())).code in ("wrong_state", "not_your_part")
    stored = Incident.objects.get(pk=incident.pk)
    returned = won == ["department_officer"]
    assert stored.state == (State.RETURNED if returned else State.SIGNED)
    assert ReturnSlip.objects.filter(incident=incident).exists() is returned
    assert IncidentEvent.objects.filter(incident=incident, verb__in=[Verb.RETURN, Verb.SIGN]).count() == 1


def test_the_second_press_of_one_key_tells_who_was_first(city: SmallCity) -> None:
    incident = asking(city)
    with clock.frozen_at(clock.now()):
        won, lost = race(
            city,
            incident,
            [("street_leader", Verb.GRANT_EXTENSION, {}), ("second_leader", Verb.GRANT_EXTENSION, {})],
        )
    assert len(won) == 1
    assert [error.code for error in lost.values()] == ["stale"]
