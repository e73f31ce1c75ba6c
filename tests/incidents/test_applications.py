"""More time and setting aside: who must agree, what moves, what stays, and who may not."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core import clock
from core.errors import Conflict, Denied, Invalid
from core.models import Notification
from incidents.models import (
    Application,
    Clock,
    ClockStep,
    Incident,
    IncidentEvent,
    ProcedureRule,
    Suspension,
    SuspensionReview,
)
from incidents.rules.vocabulary import State, Verb
from incidents.services.sweep import sweep_due
from tests.factories.incidents import SmallCity, do, make_incident

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
LATER = datetime(2026, 12, 10, 18, 0, tzinfo=SHANGHAI)
ASIDE = {"suspension_kind": "seasonal", "reason": "冬季无法施工", "review_on": date(2026, 12, 21)}


def in_hand(city: SmallCity) -> Incident:
    """Return a case of Monday morning that the first department has signed for."""
    with clock.frozen_at(MONDAY):
        incident = make_incident(city)
        target = city.departments["D38"].pk
        do(city, "city_grid_office", incident, Verb.REASSIGN, target_unit=target, reason="请办理")
        return do(city, "department_officer", incident, Verb.SIGN)


def ask(city: SmallCity, incident: Incident, who: str = "department_officer", **given: Any) -> Incident:
    values = {"reason": "材料未到", "wanted_limit": LATER, **given}
    return do(city, who, incident, Verb.REQUEST_EXTENSION, **values)


def ask_aside(city: SmallCity, incident: Incident, **given: Any) -> Incident:
    return do(city, "department_officer", incident, Verb.REQUEST_SUSPENSION, **{**ASIDE, **given})


def set_aside(city: SmallCity) -> Incident:
    incident = in_hand(city)
    with clock.frozen_at(MONDAY + timedelta(hours=2)):
        ask_aside(city, incident)
        return do(city, "street_leader", incident, Verb.GRANT_SUSPENSION, note="同意挂账")


def resolve_clock(incident: Incident) -> Clock:
    return Clock.objects.get(incident=incident, kind="resolve", stopped_at=None)


def test_the_first_extension_is_decided_by_the_dispatching_leader_and_both_limits_are_kept(
    city: SmallCity,
) -> None:
    incident = in_hand(city)
    first, due = incident.first_due_at, resolve_clock(incident).due_at
    with clock.frozen_at(MONDAY + timedelta(hours=1)):
        incident = ask(city, incident)
        assert (incident.pending_application, resolve_clock(incident).due_at) == ("extension", due)
        with pytest.raises(Denied) as refused:
            do(city, "department_leader", incident, Verb.GRANT_EXTENSION)
        assert refused.value.code == "not_your_part"
        incident = do(city, "street_leader", incident, Verb.GRANT_EXTENSION, note="同意")
    row = resolve_clock(incident)
    assert (row.due_at, row.original_due_at, row.fires_at) == (LATER, due, row.warn_at)
    assert (incident.due_at, incident.first_due_at, incident.extension_count) == (LATER, first, 1)
    application = Application.objects.get(incident=incident)
    assert (application.state, application.limit_before, application.limit_after) == ("granted", due, LATER)
    step = application.steps.get()
    assert (step.decided_by, step.decision, step.note) == (city["street_leader"], "agreed", "同意")
    assert IncidentEvent.objects.filter(incident=incident, verb=Verb.GRANT_EXTENSION, is_public=True).exists()


def test_a_refusal_changes_no_limit(city: SmallCity) -> None:
    incident = in_hand(city)
    due = resolve_clock(incident).due_at
    with clock.frozen_at(MONDAY + timedelta(hours=1)):
        ask(city, incident)
        incident = do(city, "street_leader", incident, Verb.REFUSE_EXTENSION, reason="时间足够")
    assert (resolve_clock(incident).due_at, incident.pending_application) == (due, "")
    assert (incident.extension_count, Application.objects.get().state) == (0, "refused")


def test_a_second_extension_needs_the_own_leader_and_the_grid_office_in_this_order(city: SmallCity) -> None:
    incident = in_hand(city)
    with clock.frozen_at(MONDAY + timedelta(hours=1)):
        ask(city, incident)
        do(city, "street_leader", incident, Verb.GRANT_EXTENSION)
        incident = ask(city, incident, wanted_limit=LATER + timedelta(days=5))
        with pytest.raises(Denied) as refused:
            do(city, "city_grid_office", incident, Verb.GRANT_EXTENSION)
        assert refused.value.code == "not_your_part"
        with pytest.raises(Denied) as refused:
            do(city, "department_leader", incident, Verb.GRANT_EXTENSION)
        assert refused.value.code == "not_last_approval"
        do(city, "department_leader", incident, Verb.ENDORSE, note="情况属实")
        with pytest.raises(Denied) as refused:
            do(city, "city_grid_office", incident, Verb.ENDORSE)
        assert refused.value.code == "you_decide"
        incident = do(city, "city_grid_office", incident, Verb.GRANT_EXTENSION)
        assert incident.due_at == LATER + timedelta(days=5)
        with pytest.raises(Denied) as refused:
            ask(city, incident, wanted_limit=LATER + timedelta(days=9))
        assert refused.value.code == "no_extension_left"


def test_the_city_sets_how_often_more_time_is_given(city: SmallCity) -> None:
    ProcedureRule.objects.filter(code="extensions_at_most").update(number=1)
    incident = in_hand(city)
    with clock.frozen_at(MONDAY + timedelta(hours=1)):
        ask(city, incident)
        do(city, "street_leader", incident, Verb.GRANT_EXTENSION)
        with pytest.raises(Denied) as refused:
            ask(city, incident, wanted_limit=LATER + timedelta(days=5))
    assert refused.value.code == "no_extension_left"


def test_works_ask_the_longer_chain_at_once_and_a_leader_does_not_endorse_himself(city: SmallCity) -> None:
    incident = in_hand(city)
    with clock.frozen_at(MONDAY + timedelta(hours=1)):
        ask(city, incident, works=True)
        steps = Application.objects.get().steps.values_list("approver", flat=True)
        assert list(steps) == ["own_leader", "grid_office"]
        do(city, "department_officer", incident, Verb.WITHDRAW)
        ask(city, incident, "department_leader", works=True)
        last = Application.objects.latest("id")
        assert list(last.steps.values_list("approver", flat=True)) == ["grid_office"]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (MONDAY, "limit_not_later"),
        (MONDAY + timedelta(days=200), "extension_too_long"),
        ("下周", "moment_unreadable"),
        ("2026-13-45", "moment_unreadable"),
    ],
)
def test_a_limit_that_cannot_be_is_refused_at_its_field(city: SmallCity, wanted: Any, code: str) -> None:
    incident = in_hand(city)
    with clock.frozen_at(MONDAY + timedelta(hours=1)), pytest.raises(Invalid) as refused:
        ask(city, incident, wanted_limit=wanted)
    assert (refused.value.code, refused.value.field) == (code, "wanted_limit")


def test_after_the_limit_nobody_asks_for_more(city: SmallCity) -> None:
    incident = in_hand(city)
    late = resolve_clock(incident).due_at + timedelta(minutes=1)
    with clock.frozen_at(late), pytest.raises(Denied) as refused:
        ask(city, incident, wanted_limit=LATER + timedelta(days=10))
    assert refused.value.code == "limit_is_over"


def test_while_one_application_waits_there_is_no_other_and_no_change_of_hands(city: SmallCity) -> None:
    incident = in_hand(city)
    with clock.frozen_at(MONDAY + timedelta(hours=1)):
        ask(city, incident)
        for who, verb, given in (
            ("department_officer", Verb.REQUEST_SUSPENSION, ASIDE),
            (
                "city_grid_office",
                Verb.REASSIGN,
                {"target_unit": city.departments["D24"].pk, "reason": "改派"},
            ),
        ):
            with pytest.raises(Denied) as refused:
                do(city, who, incident, verb, **given)
            assert refused.value.code == "application_pending"


def test_the_asker_and_their_unit_withdraw_and_nobody_else(city: SmallCity) -> None:
    incident = in_hand(city)
    with clock.frozen_at(MONDAY + timedelta(hours=1)):
        ask(city, incident)
        with pytest.raises(Denied):
            do(city, "street_leader", incident, Verb.WITHDRAW)
        incident = do(city, "department_colleague", incident, Verb.WITHDRAW)
    assert (incident.pending_application, Application.objects.get().state) == ("", "withdrawn")


def test_finishing_lets_the_application_lapse(city: SmallCity) -> None:
    incident = in_hand(city)
    with clock.frozen_at(MONDAY + timedelta(hours=1)):
        ask(city, incident)
        incident = do(city, "department_officer", incident, Verb.FINISH, note="已完成")
    assert (Incident.objects.get(pk=incident.pk).pending_application, Application.objects.get().state) == (
        "",
        "lapsed",
    )


def test_escalation_by_the_clock_does_not_lose_the_application(city: SmallCity) -> None:
    incident = in_hand(city)
    with clock.frozen_at(MONDAY + timedelta(hours=1)):
        ask(city, incident, wanted_limit=LATER + timedelta(days=5))
    late = resolve_clock(incident).due_at + timedelta(minutes=1)
    with clock.frozen_at(late):
        sweep_due()
        incident = Incident.objects.get(pk=incident.pk)
        assert (incident.state, incident.pending_application) == (State.DISPATCHED, "extension")
        incident = do(city, "street_leader", incident, Verb.GRANT_EXTENSION)
    assert resolve_clock(incident).due_at == LATER + timedelta(days=5)
    assert resolve_clock(incident).stage == 0


def test_a_late_word_on_a_decided_application_names_who_was_first(city: SmallCity) -> None:
    incident = in_hand(city)
    with clock.frozen_at(MONDAY + timedelta(hours=1)):
        ask(city, incident)
        do(city, "street_leader", incident, Verb.GRANT_EXTENSION)
        with pytest.raises(Conflict) as lost:
            do(city, "department_officer", incident, Verb.WITHDRAW)
    assert (lost.value.code, lost.value.params["who"]) == ("stale", str(city["street_leader"]))


def test_setting_aside_pauses_every_limit_and_resuming_keeps_what_was_left(city: SmallCity) -> None:
    incident = set_aside(city)
    assert incident.state == State.SUSPENDED
    row = resolve_clock(incident)
    assert (row.paused_at, row.fires_at) == (MONDAY + timedelta(hours=2), None)
    review = Clock.objects.get(incident=incident, kind="review", stopped_at=None)
    assert review.due_at.astimezone(SHANGHAI).date() == date(2026, 12, 21)
    assert incident.due_at == review.due_at
    before = row.due_at
    with clock.frozen_at(MONDAY + timedelta(days=10, hours=2)):
        incident = do(city, "department_officer", incident, Verb.RESUME, note="天气转暖，恢复施工")
    row = resolve_clock(incident)
    assert (incident.state, row.paused_at, row.original_due_at) == (State.HANDLING, None, before)
    assert incident.due_at == row.due_at > before
    assert Suspension.objects.get(incident=incident).ended_at == MONDAY + timedelta(days=10, hours=2)
    assert not Clock.objects.filter(incident=incident, kind="review", stopped_at=None).exists()


def test_reviews_are_recorded_and_set_the_next_day(city: SmallCity) -> None:
    incident = set_aside(city)
    with clock.frozen_at(MONDAY + timedelta(days=20)):
        incident = do(
            city,
            "street_leader",
            incident,
            Verb.REVIEW_SUSPENSION,
            note="仍未解冻",
            review_on="2027-02-01",
        )
    suspension = Suspension.objects.get(incident=incident)
    review = SuspensionReview.objects.get(suspension=suspension)
    assert suspension.review_on == date(2027, 2, 1) == review.review_on
    assert (review.due_on, review.by, review.note) == (
        date(2026, 12, 21),
        city["street_leader"],
        "仍未解冻",
    )
    assert incident.due_at.astimezone(SHANGHAI).date() == date(2027, 2, 1)


def test_a_review_is_reminded_of_exactly_once_and_then_overdue(city: SmallCity) -> None:
    incident = set_aside(city)
    morning = datetime(2026, 12, 21, 9, 1, tzinfo=SHANGHAI)
    for _again in range(3):
        with clock.frozen_at(morning):
            sweep_due()
    told = Notification.objects.filter(kind="incident_review_due")
    assert set(told.values_list("user__username", flat=True)) >= {"department_officer", "street_leader"}
    assert told.count() == told.values("user").distinct().count()
    review = Clock.objects.get(incident=incident, kind="review", stopped_at=None)
    assert ClockStep.objects.filter(clock=review, step=1).count() == 1
    with clock.frozen_at(morning + timedelta(days=1)):
        sweep_due()
    stored = Incident.objects.get(pk=incident.pk)
    assert (stored.state, stored.is_supervised) == (State.SUSPENDED, True)


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"review_on": MONDAY.date()}, "review_not_later", "review_on"),
        ({"review_on": date(2029, 1, 1)}, "review_too_late", "review_on"),
        ({"review_on": "明年"}, "day_unreadable", "review_on"),
        ({"suspension_kind": "tired"}, "choice_invalid", "suspension_kind"),
    ],
)
def test_setting_aside_is_refused_at_its_field(
    city: SmallCity, given: dict[str, Any], code: str, field: str
) -> None:
    incident = in_hand(city)
    with clock.frozen_at(MONDAY + timedelta(hours=1)), pytest.raises(Invalid) as refused:
        ask_aside(city, incident, **given)
    assert (refused.value.code, refused.value.field) == (code, field)
