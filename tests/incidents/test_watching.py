"""Supervision by rule and by hand, urging, and the independent check against false completion."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core import clock
from core.errors import Denied, DomainError, Invalid, TooMany
from incidents.models import Category, CheckShare, Clock, Incident, IncidentEvent, Supervision
from incidents.rules.vocabulary import State, Verb
from incidents.selectors import actions_for
from incidents.selectors.shows import shows_for
from incidents.services import incident_perform
from incidents.services.sweep import sweep_due
from tests.factories.incidents import SmallCity, at_street, do, make_incident
from tests.factories.pictures import upload

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def checked(city: SmallCity) -> Incident:
    """Return a case of the grid that is reported done and was drawn for a check."""
    CheckShare.objects.update(percent=100)
    incident = do(city, "grid_worker", make_incident(city), Verb.SIGN)
    return do(city, "grid_worker", incident, Verb.FINISH, note="已清理")


def test_an_order_says_why_by_whom_and_until_when(city: SmallCity) -> None:
    with clock.frozen_at(MONDAY):
        incident = do(
            city,
            "street_leader",
            make_incident(city),
            Verb.SUPERVISE,
            reason="三日内清理并反馈",
            reply_until="2026-11-26 18:00",
        )
    order = Supervision.objects.get(incident=incident)
    assert (order.ordered_by, order.unit_id, order.demand) == (
        city["street_leader"],
        city.streets[0].pk,
        "三日内清理并反馈",
    )
    assert order.reply_until == datetime(2026, 11, 26, 18, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert incident.is_supervised


def test_the_owner_answers_and_the_dispatcher_lifts(city: SmallCity) -> None:
    incident = do(city, "street_staff", make_incident(city), Verb.SUPERVISE, reason="群众多次反映")
    with pytest.raises(Denied) as refused:
        do(city, "community_staff", incident, Verb.REPLY_SUPERVISION, note="代答")
    assert refused.value.code == "not_your_part"
    do(city, "grid_worker", incident, Verb.REPLY_SUPERVISION, note="今日清运")
    order = Supervision.objects.get(incident=incident)
    assert (order.reply, order.replied_by) == ("今日清运", city["grid_worker"])
    with pytest.raises(Denied):
        do(city, "grid_worker", incident, Verb.LIFT_SUPERVISION, reason="不想被督办")
    incident = do(city, "street_staff", incident, Verb.LIFT_SUPERVISION, reason="已落实")
    order.refresh_from_db()
    assert (incident.is_supervised, order.lifted_by, order.lift_note) == (
        False,
        city["street_staff"],
        "已落实",
    )
    with pytest.raises(Denied) as refused:
        do(city, "street_staff", incident, Verb.LIFT_SUPERVISION, reason="再来")
    assert refused.value.code == "not_supervised"


@pytest.mark.parametrize(
    ("until", "code"), [("2026-11-20 09:00", "reply_not_later"), ("快", "moment_unreadable")]
)
def test_an_impossible_day_of_answer_is_refused(city: SmallCity, until: str, code: str) -> None:
    with clock.frozen_at(MONDAY), pytest.raises(Invalid) as refused:
        do(city, "street_staff", make_incident(city), Verb.SUPERVISE, reason="督办", reply_until=until)
    assert (refused.value.code, refused.value.field) == (code, "reply_until")


def test_rules_order_supervision_with_their_reason(city: SmallCity) -> None:
    incident = at_street(city)
    for unit in (city.departments["D24"], city.streets[0]):
        do(city, "city_grid_office", incident, Verb.REASSIGN, target_unit=unit.pk, reason="改派")
    order = Supervision.objects.get(incident=incident)
    assert (order.ordered_by, order.reasons[0]["code"]) == (None, "supervised_reassigned")


def test_what_is_overdue_at_the_top_is_supervised_once_by_the_sweep(city: SmallCity) -> None:
    with clock.frozen_at(MONDAY):
        incident = make_incident(city)
        do(city, "city_grid_office", incident, Verb.REASSIGN, target_unit=city.city.pk, reason="市级办理")
        do(city, "city_grid_office", incident, Verb.SIGN)
    row = Clock.objects.get(incident=incident, kind="resolve", stopped_at=None)
    for _again in range(2):
        with clock.frozen_at(row.due_at + timedelta(minutes=1)):
            sweep_due()
    order = Supervision.objects.get(incident=incident)
    assert {each["code"] for each in order.reasons} >= {"clock_ran_out", "top_reached"}


def test_a_reporter_urges_once_a_day_and_staff_as_needed(city: SmallCity) -> None:
    with clock.frozen_at(MONDAY):
        incident = make_incident(city)
        do(city, "resident", incident, Verb.URGE)
        with pytest.raises(TooMany) as refused:
            do(city, "resident", incident, Verb.URGE)
        assert refused.value.code == "urged_enough"
        for _again in range(2):
            do(city, "street_staff", incident, Verb.URGE, note="请尽快处理")
    with clock.frozen_at(MONDAY + timedelta(days=1)):
        do(city, "resident", incident, Verb.URGE)
    urged = IncidentEvent.objects.filter(incident=incident, verb=Verb.URGE)
    assert urged.count() == 4
    assert all(urged.values_list("is_public", flat=True))


def test_urging_resets_no_limit(city: SmallCity) -> None:
    incident = make_incident(city)
    before = list(Clock.objects.filter(incident=incident).order_by("pk").values())
    do(city, "resident", incident, Verb.URGE)
    assert list(Clock.objects.filter(incident=incident).order_by("pk").values()) == before


def test_somebody_else_confirms_the_result(city: SmallCity) -> None:
    incident = checked(city)
    assert incident.state == State.VERIFYING
    incident = do(city, "community_staff", incident, Verb.CONFIRM_CHECK, note="现场已清理")
    assert incident.state == State.CALLBACK


@pytest.mark.parametrize(
    ("who", "code"), [("grid_worker", "not_your_part"), ("outsider_community", "incident_missing")]
)
def test_nobody_checks_their_own_work(city: SmallCity, who: str, code: str) -> None:
    incident = checked(city)
    with pytest.raises(DomainError) as refused:
        do(city, who, incident, Verb.CONFIRM_CHECK, note="自己看过")
    assert refused.value.code == code


def test_a_unit_does_not_check_its_own_work_and_a_person_never_their_own(city: SmallCity) -> None:
    CheckShare.objects.update(percent=100)
    incident = do(city, "street_staff", at_street(city), Verb.FINISH, note="街道已处理")
    for who in ("street_staff", "street_leader"):
        with pytest.raises(Denied) as refused:
            do(city, who, incident, Verb.CONFIRM_CHECK, note="看过")
        assert refused.value.code == "not_your_part"
    Incident.objects.filter(pk=incident.pk).update(handled_by=city["community_staff"])
    with pytest.raises(Denied) as refused:
        do(city, "community_staff", incident, Verb.CONFIRM_CHECK, note="看过")
    assert refused.value.code == "own_work"
    Incident.objects.filter(pk=incident.pk).update(handled_by=city["street_staff"])
    assert do(city, "community_staff", incident, Verb.CONFIRM_CHECK, note="属实").state == State.CALLBACK


def test_a_failed_check_counts_as_false_completion_and_the_second_is_supervised(city: SmallCity) -> None:
    incident = checked(city)
    incident = do(city, "community_staff", incident, Verb.FAIL_CHECK, reason="仍有垃圾")
    assert (incident.state, incident.rework_count, incident.is_supervised) == (State.RECTIFYING, 1, False)
    assert incident.false_completions == 1
    incident = do(city, "grid_worker", incident, Verb.FINISH, note="再次清理")
    assert incident.state == State.VERIFYING
    incident = do(city, "community_staff", incident, Verb.FAIL_CHECK, reason="还是没有")
    assert (incident.false_completions, incident.is_supervised) == (2, True)
    assert Supervision.objects.filter(incident=incident).count() == 1


def test_evidence_is_asked_for_where_the_category_needs_it(city: SmallCity) -> None:
    Category.objects.update(evidence_required=True)
    incident = do(city, "grid_worker", make_incident(city), Verb.SIGN)
    offered = {action.verb: action.fields for action in actions_for(city["grid_worker"], incident)}
    assert offered[Verb.FINISH] == ("note", "photos")
    with pytest.raises(Denied) as refused:
        do(city, "grid_worker", incident, Verb.FINISH, note="已清理")
    assert refused.value.code == "evidence_missing"
    done = incident_perform(
        actor=city.actor("grid_worker"),
        incident_id=incident.pk,
        verb=Verb.FINISH,
        given={"note": "已清理"},
        photos=(upload(),),
    )
    assert done.state == State.CALLBACK


@pytest.mark.parametrize(("own", "by_colour", "drawn"), [(0, 100, False), (100, 0, True), (None, 100, True)])
def test_the_share_of_the_category_goes_before_that_of_the_colour(
    city: SmallCity, own: int | None, by_colour: int, drawn: bool
) -> None:
    CheckShare.objects.update(percent=by_colour)
    Category.objects.update(check_percent=own)
    incident = do(city, "grid_worker", make_incident(city), Verb.SIGN)
    incident = do(city, "grid_worker", incident, Verb.FINISH, note="已清理")
    assert (incident.state == State.VERIFYING) is drawn


def test_the_list_of_checks_leaves_out_what_is_ones_own(city: SmallCity) -> None:
    incident = checked(city)
    shown = {}
    for who in ("community_staff", "street_staff", "grid_worker"):
        show = next(show for show in shows_for(city[who]) if show.key == "to_check")
        shown[who] = Incident.objects.filter(show.condition, pk=incident.pk).exists()
    assert shown == {"community_staff": True, "street_staff": True, "grid_worker": False}
