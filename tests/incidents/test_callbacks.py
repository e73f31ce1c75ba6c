"""The telephone desk by services: claims, attempts, verdicts and the rows they leave."""

from datetime import timedelta

import pytest

from core import clock
from core.errors import Conflict, Denied, Invalid, Missing
from core.models import AccessLog
from incidents.models import CallAttempt, Incident, VerdictReason, VerdictRound
from incidents.rules.vocabulary import CallOutcome, Channel, State, Verb
from incidents.selectors.callbacks import rounds_of, rounds_to_call
from incidents.services.callbacks import (
    CLAIM,
    MOST_ATTEMPTS,
    PAUSE,
    callback_attempt,
    callback_claim,
    callback_release,
    callback_verdict,
)
from tests.factories.incidents import do, make_incident

pytestmark = pytest.mark.django_db


def finished(city, **values):
    incident = make_incident(city, **{"reporter_phone": "13900001111", "reporter_name": "王小明", **values})
    do(city, "grid_worker", incident, Verb.SIGN)
    return do(city, "grid_worker", incident, Verb.FINISH, note="已清运两车")


def asked(incident):
    return VerdictRound.objects.get(incident=incident, closed_at=None)


def listed(city, who, **options):
    return [row.incident_id for row in rounds_to_call(city[who], **options)]


def test_who_left_a_phone_is_listed_for_the_place_that_verifies(city):
    incident, silent = finished(city), finished(city, reporter_phone="")
    assert asked(silent).call_after is None
    for who in ("community_staff", "street_staff", "street_leader", "city_grid_office"):
        assert listed(city, who) == [incident.pk]
    for who in ("grid_worker", "department_officer", "outsider_street", "auditor", "nobody"):
        assert listed(city, who) == []


def test_taking_a_call_shows_the_phone_and_logs_the_look(city):
    incident = finished(city)
    claimed = callback_claim(actor=city.actor("street_staff"), incident_id=incident.pk)
    assert (claimed.reporter.name, claimed.reporter.phone) == ("王小明", "13900001111")
    log = AccessLog.objects.get(subject_id=incident.pk)
    assert log.user_id == city["street_staff"].pk
    assert incident.number in log.purpose


def test_two_people_never_ring_the_same_reporter(city):
    incident = finished(city)
    callback_claim(actor=city.actor("street_staff"), incident_id=incident.pk)
    with pytest.raises(Conflict) as caught:
        callback_claim(actor=city.actor("community_staff"), incident_id=incident.pk)
    assert caught.value.code == "callback_claimed"
    assert caught.value.params["who"] == str(city["street_staff"])
    assert AccessLog.objects.count() == 1
    callback_release(actor=city.actor("community_staff"), incident_id=incident.pk)
    assert asked(incident).claimed_by_id == city["street_staff"].pk
    callback_release(actor=city.actor("street_staff"), incident_id=incident.pk)
    callback_claim(actor=city.actor("community_staff"), incident_id=incident.pk)
    with clock.frozen_at(clock.now() + CLAIM + timedelta(seconds=1)):
        callback_claim(actor=city.actor("street_staff"), incident_id=incident.pk)


def test_whoever_was_not_reached_comes_back_later_and_not_for_ever(city):
    incident, actor = finished(city), city.actor("street_staff")
    at = clock.now()
    for number in range(MOST_ATTEMPTS):
        with clock.frozen_at(at + number * (PAUSE + timedelta(minutes=1))):
            assert listed(city, "street_staff") == [incident.pk]
            callback_attempt(actor=actor, incident_id=incident.pk, outcome="not_reached", note="无人接听")
            assert listed(city, "street_staff") == []
            last = number == MOST_ATTEMPTS - 1
            assert listed(city, "street_staff", later=True) == ([] if last else [incident.pk])
    round_ = asked(incident)
    assert (round_.attempts, round_.call_after) == (MOST_ATTEMPTS, None)
    with pytest.raises(Conflict) as caught:
        callback_attempt(actor=actor, incident_id=incident.pk, outcome="not_reached")
    assert caught.value.code == "callback_over"
    assert Incident.objects.get(pk=incident.pk).state == State.CALLBACK


def test_who_refuses_is_not_rung_again(city):
    incident = finished(city)
    callback_attempt(actor=city.actor("street_staff"), incident_id=incident.pk, outcome="refused")
    assert asked(incident).call_after is None
    assert CallAttempt.objects.get().outcome == CallOutcome.REFUSED


def test_a_verdict_by_telephone_is_a_row_with_its_reasons(city):
    incident, actor = finished(city), city.actor("street_staff")
    callback_claim(actor=actor, incident_id=incident.pk)
    code = VerdictReason.objects.first().code
    after = callback_verdict(
        actor=actor, incident_id=incident.pk, verdict="dissatisfied", reason="还有一堆", reason_codes=[code]
    )
    assert after.state == State.RECTIFYING
    row = VerdictRound.objects.get(incident=incident)
    assert (row.kind, row.reason_codes, row.note) == ("dissatisfied", [code], "还有一堆")
    assert (row.channel, row.judged_by_id, row.attempts) == (
        Channel.LOCAL_HOTLINE,
        city["street_staff"].pk,
        1,
    )
    assert (row.call_after, row.claimed_by, row.claimed_until) == (None, None, None)
    assert row.organization_id == incident.owner_organization_id


def test_every_round_is_kept_and_the_second_dissatisfaction_supervises(city):
    incident, actor = finished(city), city.actor("street_staff")
    for _round in range(2):
        callback_verdict(actor=actor, incident_id=incident.pk, verdict="dissatisfied", reason="没有解决")
        do(city, "grid_worker", incident, Verb.FINISH, note="再次处理")
    callback_verdict(actor=actor, incident_id=incident.pk, verdict="satisfied")
    incident.refresh_from_db()
    assert (incident.is_supervised, incident.state) == (True, State.EVALUATED)
    rounds = rounds_of(incident)
    assert [row.kind for row in rounds] == ["dissatisfied", "dissatisfied", "satisfied"]
    assert [row.number for row in rounds] == [1, 2, 3]


def test_silence_leaves_a_round_without_a_verdict(city):
    incident = finished(city)
    with clock.frozen_at(clock.now() + timedelta(days=30)):
        do(city, "system", incident, Verb.CLOSE_UNANSWERED)
    row = VerdictRound.objects.get(incident=incident)
    assert row.closed_at is not None
    assert (row.kind, row.channel) == ("", "")


@pytest.mark.parametrize(
    ("who", "kind", "code"),
    [
        ("grid_worker", Denied, "permission_missing"),
        ("outsider_street", Missing, "incident_missing"),
        ("nobody", Missing, "incident_missing"),
        ("auditor", Denied, "permission_missing"),
    ],
)
def test_who_may_not_ring(city, who, kind, code):
    incident = finished(city)
    for call in (callback_claim, callback_release):
        with pytest.raises(kind) as caught:
            call(actor=city.actor(who), incident_id=incident.pk)
        assert caught.value.code == code
    assert not AccessLog.objects.exists()


def test_what_is_not_on_the_lists_is_refused(city):
    incident, actor = finished(city), city.actor("street_staff")
    with pytest.raises(Invalid) as caught:
        callback_attempt(actor=actor, incident_id=incident.pk, outcome="angry")
    assert caught.value.field == "outcome"
    with pytest.raises(Invalid) as caught:
        callback_verdict(actor=actor, incident_id=incident.pk, verdict="splendid")
    assert caught.value.field == "verdict"
    with pytest.raises(Invalid) as caught:
        callback_verdict(
            actor=actor,
            incident_id=incident.pk,
            verdict="dissatisfied",
            reason="差",
            reason_codes=["nothing"],
        )
    assert (caught.value.code, caught.value.field) == ("reason_unknown", "reason_codes")
    # Refused as a whole: the call that was noted with it is undone.
    assert not CallAttempt.objects.exists()
    assert asked(incident).attempts == 0


def test_a_resident_judges_on_their_page_by_the_web(city):
    incident = finished(city)
    do(city, "resident", incident, Verb.JUDGE_BASICALLY)
    row = VerdictRound.objects.get(incident=incident)
    assert (row.kind, row.channel, row.judged_by_kind) == ("basically", Channel.RESIDENT_WEB, "resident")
