"""Two people press the same button at the same moment: one wins, the other is told who did what and when."""

from threading import Barrier, Thread

import pytest
from django.db import connections

from core.errors import Conflict
from incidents.models import Incident, IncidentEvent
from incidents.rules.vocabulary import State, Verb
from incidents.services import incident_perform
from tests.factories.incidents import at_street, small_city, whistled

pytestmark = pytest.mark.django_db(transaction=True)


def race(city, names, incident, verb, *, version, given=None):
    barrier, won, lost = Barrier(len(names)), [], []

    def press(name):
        try:
            actor = city.actor(name)
            barrier.wait()
            incident_perform(
                actor=actor, incident_id=incident.pk, verb=verb, given=given or {}, version=version
            )
            won.append(name)
        except Conflict as error:
            lost.append((name, error))
        finally:
            connections.close_all()

    threads = [Thread(target=press, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return won, lost


@pytest.mark.parametrize("with_version", [True, False])
def test_two_officers_start_the_same_incident(with_version):
    city = small_city()
    incident = at_street(city)
    version = Incident.objects.get(pk=incident.pk).version if with_version else None
    won, lost = race(city, ["street_staff", "street_leader"], incident, Verb.START, version=version)
    assert len(won) == len(lost) == 1
    error = lost[0][1]
    assert error.code == "stale"
    assert error.params["who"] == str(city[won[0]])
    assert error.params["when"]
    assert str(city[won[0]]) in error.message
    assert Incident.objects.get(pk=incident.pk).state == State.HANDLING
    assert IncidentEvent.objects.filter(incident=incident, verb=Verb.START).count() == 1


def test_two_colleagues_answer_the_same_whistle():
    city = small_city()
    incident = whistled(city)
    names = ["department_officer", "department_colleague"]
    won, lost = race(city, names, incident, Verb.WHISTLE_SIGN, version=None)
    assert len(won) == len(lost) == 1
    assert lost[0][1].params["who"] == str(city[won[0]])


def test_reader_who_waited_sees_the_new_owner_not_nothing():
    city = small_city()
    incident = at_street(city)
    names = ["street_staff", "street_leader"]
    given = {"cause": "需部门处理", "difficulty": "权限不足"}
    won, lost = race(city, names, incident, Verb.ESCALATE, version=incident.version, given=given)
    assert len(won) == len(lost) == 1
    assert lost[0][1].code == "stale"
