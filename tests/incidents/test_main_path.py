"""The main job by services alone, from a resident's report to closing, with every step checked."""

import pytest

from core.models import Notification
from core.notifications import render
from incidents.models import Clock, IncidentEvent, Whistle, WhistleResponse
from incidents.rules.vocabulary import ClockKind, Level, State, Verb
from incidents.selectors import incident_by_lookup, timeline_of
from tests.factories.incidents import do, file_report, small_city, whistle_values

pytestmark = pytest.mark.django_db


def running(incident):
    return sorted(Clock.objects.filter(incident=incident, stopped_at=None).values_list("kind", flat=True))


def kinds_of(user):
    return set(Notification.objects.filter(user=user).values_list("kind", flat=True))


def test_report_worker_community_street_whistle_rework_and_closing():
    city = small_city()
    filed = file_report(city, reporter_name="王小明", reporter_phone="13900001111")
    incident = filed.incident
    assert (incident.state, incident.owner_level) == (State.DISPATCHED, Level.GRID)
    assert incident.community_id == city.communities[0].pk
    assert incident.street_id == city.streets[0].pk
    assert running(incident) == ["contact", "resolve", "sign"]
    assert "incident_assigned" in kinds_of(city["grid_worker"])
    assert not kinds_of(city["second_worker"])
    assert incident_by_lookup(incident.number, filed.lookup_code.lower()).pk == incident.pk

    do(city, "grid_worker", incident, Verb.SIGN)
    incident = do(city, "system", incident, Verb.ESCALATE, clock="resolve")
    assert (incident.state, incident.owner_level) == (State.DISPATCHED, Level.COMMUNITY)
    assert "incident_raised" in kinds_of(city["community_staff"]) & kinds_of(city["grid_worker"])
    do(city, "community_staff", incident, Verb.SIGN)
    incident = do(city, "community_staff", incident, Verb.ESCALATE, cause="需执法", difficulty="跨部门")
    assert incident.owner_level == Level.STREET

    incident = do(city, "street_leader", incident, Verb.WHISTLE, **whistle_values(city))
    assert incident.is_whistled
    assert incident.state == State.WHISTLED
    assert kinds_of(city["department_officer"]) == {"incident_whistled"}
    assert kinds_of(city["supporting_officer"]) == {"incident_whistled"}
    assert not kinds_of(city["outsider_department"])
    per_department = Clock.objects.filter(whistle_response__isnull=False, stopped_at=None)
    assert per_department.count() == 6

    do(city, "department_officer", incident, Verb.WHISTLE_SIGN)
    do(city, "department_officer", incident, Verb.WHISTLE_REPORT_IN)
    do(city, "supporting_officer", incident, Verb.WHISTLE_REPORT_IN)
    do(city, "department_leader", incident, Verb.WHISTLE_REPORT_DONE, note="已清理")
    assert "whistle_answered" in kinds_of(city["street_staff"])
    incident = do(city, "street_staff", incident, Verb.ASK_RESIDENT)
    assert incident.state == State.CALLBACK
    assert running(incident) == ["callback"]

    incident = do(city, "resident", incident, Verb.JUDGE_DISSATISFIED, reason="还有垃圾")
    assert (incident.state, incident.rework_count) == (State.RECTIFYING, 1)
    assert running(incident) == ["rectify"]
    assert not WhistleResponse.objects.exclude(done_at=None).exists()
    assert "incident_dissatisfied" in kinds_of(city["department_officer"])
    do(city, "department_officer", incident, Verb.WHISTLE_REPORT_DONE, note="再次清理")
    do(city, "street_leader", incident, Verb.ASK_RESIDENT)
    incident = do(city, "resident", incident, Verb.JUDGE_SATISFIED)
    assert incident.state == State.EVALUATED
    assert not incident.is_whistled
    assert incident.closed_at is not None
    assert Whistle.objects.filter(ended_at=None).count() == 0
    assert running(incident) == []
    assert "incident_closed" in kinds_of(city["department_officer"])

    _assert_told_and_remembered(incident)


def _assert_told_and_remembered(incident):
    told = [render(each) for each in Notification.objects.all()]
    assert all("%(" not in sentence and incident.number in sentence for sentence in told)
    entries = timeline_of(incident)
    assert [entry.verb for entry in entries][:3] == ["file", "dispatch", "sign"]
    assert len(entries) == IncidentEvent.objects.filter(incident=incident).count()
    public = timeline_of(incident, public=True)
    assert all(entry.who == "" for entry in public)
    assert Verb.WHISTLE_SIGN not in {entry.verb for entry in public}
    assert "13900001111" not in incident.reporter_phone_sealed
    assert all(kind in set(ClockKind) for kind in Clock.objects.values_list("kind", flat=True))
