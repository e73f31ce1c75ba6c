"""The actions offered are exactly those the service accepts, at a fixed number of queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.actor import RESIDENT
from incidents.models import Incident
from incidents.policies import parties_of
from incidents.rules.vocabulary import Party, Verb
from incidents.selectors import actions_for, actions_of, responsible_people, running_clocks
from organizations.models import User
from tests.factories.incidents import at_street, do, file_report, make_incident, small_city, whistled

pytestmark = pytest.mark.django_db


def verbs(city, who, incident):
    user = User.objects.get(pk=city[who].pk)
    return [action.verb for action in actions_for(user, Incident.objects.get(pk=incident.pk))]


def test_each_person_is_offered_what_they_may_do_on_a_new_incident():
    city = small_city()
    incident = make_incident(city)
    assert verbs(city, "grid_worker", incident) == [
        Verb.SIGN,
        Verb.ESCALATE,
        Verb.MERGE,
        Verb.COMMENT,
    ]
    above = [
        Verb.REJECT,
        Verb.REASSIGN,
        Verb.HOLD_SESSION,
        Verb.MERGE,
        Verb.URGE,
        Verb.SUPERVISE,
        Verb.COMMENT,
    ]
    assert verbs(city, "community_staff", incident) == above
    assert verbs(city, "street_leader", incident) == above
    for outsider in ("auditor", "outsider_street", "outsider_department", "nobody", "system_administrator"):
        assert verbs(city, outsider, incident) == []
    assert [action.verb for action in actions_of(RESIDENT, incident)] == [Verb.URGE, Verb.COMMENT]


def test_whistle_is_offered_to_the_leader_alone_with_its_fields():
    city = small_city()
    incident = at_street(city)
    offered = {action.verb: action for action in actions_for(city["street_leader"], incident)}
    assert offered[Verb.WHISTLE].tone == "danger"
    assert offered[Verb.WHISTLE].fields == (
        "kind",
        "grounds",
        "lead_department",
        "response_limit",
        "standard",
    )
    assert str(offered[Verb.START].label)
    assert Verb.WHISTLE not in verbs(city, "street_staff", incident)


def test_answered_steps_of_a_whistle_are_not_offered_again():
    city = small_city()
    incident = whistled(city)
    answers = [Verb.WHISTLE_SIGN, Verb.WHISTLE_REPORT_IN, Verb.WHISTLE_REPORT_DONE]
    always = [Verb.HOLD_SESSION, Verb.COMMENT]
    assert verbs(city, "department_officer", incident) == [*answers, Verb.WHISTLE_REFUSE, *always]
    do(city, "department_officer", incident, Verb.WHISTLE_REPORT_IN)
    assert verbs(city, "department_colleague", incident) == [Verb.WHISTLE_REPORT_DONE, *always]
    assert verbs(city, "supporting_officer", incident) == [*answers, Verb.WHISTLE_REFUSE, *always]
    assert Verb.ASK_RESIDENT not in verbs(city, "street_staff", incident)
    do(city, "department_officer", incident, Verb.WHISTLE_REPORT_DONE, note="完成")
    assert Verb.ASK_RESIDENT in verbs(city, "street_staff", incident)


def test_worker_who_reported_it_is_not_its_reporter_as_well():
    city = small_city()
    incident = file_report(city, city.actor("grid_worker")).incident
    worker = User.objects.get(pk=city["grid_worker"].pk)
    assert parties_of(worker, incident) == {Party.OWNER}
    do(city, "grid_worker", incident, Verb.ESCALATE, cause="超出能力", difficulty="量大")
    assert parties_of(worker, Incident.objects.get(pk=incident.pk)) == {Party.REPORTER}


def test_actions_cost_no_query_per_verb():
    city = small_city()
    incident = Incident.objects.select_related("lead_department", "category").get(pk=whistled(city).pk)
    user = User.objects.get(pk=city["street_leader"].pk)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        actions_for(user, incident)
    assert len(queries) <= 3, [row["sql"] for row in queries]


def test_responsible_people_and_clocks_are_those_of_the_owner():
    city = small_city()
    incident = make_incident(city)
    assert [person.name for person in responsible_people(incident)] == [str(city["grid_worker"])]
    assert [clock.kind for clock in running_clocks(incident)] == ["sign", "resolve"]
    raised = at_street(city)
    names = {person.name for person in responsible_people(raised)}
    assert names == {str(city["street_leader"]), str(city["street_staff"])}
    assert all(person.phone and person.unit == city.streets[0].name for person in responsible_people(raised))
