"""The sweep on real rows: each step once, one level at a time, in step with the workflow table."""

from typing import Any

import pytest
from django.db import connection

from core import clock
from core.actor import SYSTEM
from core.models import Notification
from incidents.models import (
    Clock,
    ClockStep,
    Incident,
    IncidentEvent,
    Participation,
    Whistle,
    WhistleResponse,
)
from incidents.rules.vocabulary import ClockKind, Colour, Level, State, Verb
from incidents.services import incident_perform
from incidents.services.sweep import SweepResult
from organizations.models import Organization
from tests.factories.towns import HOUR, NOW, Town, make_town, story, sweep


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def told(incident: Incident) -> set[tuple[str, int]]:
    rows = Notification.objects.filter(params__number=incident.number)
    return set(rows.values_list("kind", "user_id"))


def codes(incident: Incident) -> list[str]:
    return [why["code"] for why in IncidentEvent.objects.filter(incident=incident).latest("id").reasons]


def running(incident: Incident) -> dict[str, Clock]:
    return {row.kind: row for row in Clock.objects.filter(incident=incident, stopped_at=None)}


def test_eighty_percent_warns_the_owner_and_changes_nothing_else(town: Town) -> None:
    incident = town.incident()
    due = town.clock(incident, due=NOW + HOUR)
    assert sweep() == SweepResult(claimed=1, warned=1)
    due.refresh_from_db()
    assert (due.stage, due.fires_at, due.stopped_at) == (1, NOW + HOUR, None)
    assert story(incident) == [("warn", "dispatched", "dispatched")]
    assert told(incident) == {("incident_warned", town.worker.pk)}
    incident.refresh_from_db()
    assert incident.version == 1
    assert sweep() == SweepResult()


def test_run_out_raises_one_level_and_tells_both(town: Town) -> None:
    incident = town.incident(state=State.HANDLING)
    late = town.clock(incident, due=NOW, stage=1)
    assert sweep() == SweepResult(claimed=1, raised=1)
    incident.refresh_from_db()
    assert (incident.state, incident.owner_level, incident.version) == (State.DISPATCHED, Level.COMMUNITY, 2)
    assert incident.owner_organization == town.community
    assert incident.due_at == NOW + 2 * HOUR
    late.refresh_from_db()
    assert (late.stage, late.fires_at, late.stopped_at) == (2, None, NOW)
    fresh = running(incident)
    assert {kind: row.due_at - NOW for kind, row in fresh.items()} == {"sign": 2 * HOUR, "resolve": 24 * HOUR}
    assert all(row.organization == town.community and row.fires_at == row.warn_at for row in fresh.values())
    assert story(incident) == [("escalate", "handling", "dispatched")]
    assert codes(incident) == ["clock_ran_out", "raised_one_level", "limit_of_category", "limit_of_category"]
    assert told(incident) == {("incident_raised", town.worker.pk), ("incident_raised", town.staff.pk)}


def test_after_downtime_every_step_is_taken_in_the_order_it_came_due(town: Town) -> None:
    incident = town.incident()
    sign = town.clock(incident, ClockKind.SIGN, due=NOW - 5 * HOUR)
    resolve = town.clock(incident, due=NOW - HOUR)
    assert sweep() == SweepResult(claimed=1, warned=2, raised=2)
    steps = list(ClockStep.objects.order_by("id").values_list("clock_id", "step", "due_at", "taken_at"))
    assert steps == [
        (sign.pk, 1, NOW - 7 * HOUR, NOW),
        (sign.pk, 2, NOW - 5 * HOUR, NOW),
        (resolve.pk, 1, NOW - 3 * HOUR, NOW),
        (resolve.pk, 2, NOW - HOUR, NOW),
    ]
    events = IncidentEvent.objects.filter(incident=incident).order_by("id")
    assert [(event.verb, event.data["clock"], event.data["due"], event.at) for event in events] == [
        ("warn", "sign", (NOW - 7 * HOUR).isoformat(), NOW),
        ("escalate", "sign", (NOW - 5 * HOUR).isoformat(), NOW),
        ("warn", "resolve", (NOW - 3 * HOUR).isoformat(), NOW),
        ("escalate", "resolve", (NOW - HOUR).isoformat(), NOW),
    ]
    assert all("step_taken_late" in {why["code"] for why in event.reasons} for event in events)
    incident.refresh_from_db()
    assert (incident.owner_level, incident.version) == (Level.STREET, 2)
    fresh = running(incident)
    assert {kind: row.started_at for kind, row in fresh.items()} == {"sign": NOW, "resolve": NOW}
    assert all(row.organization == town.street for row in fresh.values())
    assert sweep() == SweepResult()


def test_a_clock_that_an_earlier_step_stopped_takes_no_step_any_more(town: Town) -> None:
    incident = town.incident()
    resolve = town.clock(incident, due=NOW - 5 * HOUR, stage=1)
    sign = town.clock(incident, ClockKind.SIGN, due=NOW - HOUR)
    assert sweep() == SweepResult(claimed=1, raised=1, warned=0)
    sign.refresh_from_db()
    assert (sign.stopped_at, sign.stage) == (NOW, 0)
    assert list(ClockStep.objects.values_list("clock_id", "step")) == [(resolve.pk, 2)]
    incident.refresh_from_db()
    assert incident.owner_level == Level.COMMUNITY


def test_a_handling_limit_that_runs_on_is_not_begun_anew(town: Town) -> None:
    incident = town.incident(Level.COMMUNITY)
    town.clock(incident, ClockKind.SIGN, due=NOW, stage=1)
    resolve = town.clock(incident, due=NOW + 5 * HOUR)
    sweep()
    resolve.refresh_from_db()
    assert (resolve.due_at, resolve.organization, resolve.stopped_at) == (NOW + 5 * HOUR, town.street, None)
    assert running(incident)["sign"].organization == town.street
    incident.refresh_from_db()
    assert incident.due_at == NOW + 2 * HOUR


def test_the_street_hands_to_the_lead_department_which_then_sees_it(town: Town) -> None:
    incident = town.incident(Level.STREET, lead_department=town.department)
    town.clock(incident, due=NOW, stage=1)
    sweep()
    incident.refresh_from_db()
    assert (incident.owner_level, incident.owner_organization) == (Level.DEPARTMENT, town.department)
    assert Participation.objects.filter(incident=incident, organization=town.department).exists()
    assert ("incident_raised", town.officer.pk) in told(incident)
    assert town.officer.pk in {user for _kind, user in told(incident)}
    assert incident in Incident.objects.visible_to(town.officer)


def test_a_closed_lead_department_is_passed_over(town: Town) -> None:
    Organization.objects.filter(pk=town.department.pk).update(closed_on=NOW.date())
    incident = town.incident(Level.STREET, lead_department=town.department)
    town.clock(incident, due=NOW, stage=1)
    sweep()
    incident.refresh_from_db()
    assert (incident.owner_level, incident.owner_organization) == (Level.CITY, town.city)
    assert codes(incident)[:3] == ["clock_ran_out", "raised_one_level", "levels_skipped"]


def test_at_the_top_it_is_supervised(town: Town) -> None:
    incident = town.incident(Level.CITY)
    town.clock(incident, due=NOW, stage=1)
    assert sweep() == SweepResult(claimed=1, supervised=1)
    incident.refresh_from_db()
    assert (incident.is_supervised, incident.state, incident.owner_level) == (True, "dispatched", Level.CITY)
    assert story(incident) == [("supervise", "dispatched", "dispatched")]
    assert told(incident) == {("incident_supervised", town.office.pk)}


def whistled(town: Town, **changes: Any) -> tuple[Incident, WhistleResponse]:
    incident = town.incident(Level.STREET, is_whistled=True, **changes)
    whistle = Whistle.objects.create(
        incident=incident,
        street=town.street,
        kind="routine",
        grounds="stubborn",
        reason="r",
        standard="s",
        response_limit="2h",
        blown_by=town.leader,
        blown_at=NOW - HOUR,
    )
    return incident, WhistleResponse.objects.create(whistle=whistle, department=town.department, is_lead=True)


def test_a_late_department_under_a_whistle_is_told_with_the_street(town: Town) -> None:
    incident, response = whistled(town, state=State.WHISTLED)
    late = town.clock(
        incident, ClockKind.ARRIVE, due=NOW, stage=1, whistle_response=response, organization=town.department
    )
    assert sweep() == SweepResult(claimed=1, supervised=1)
    incident.refresh_from_db()
    assert (incident.is_supervised, incident.state, incident.owner_level) == (True, "whistled", Level.STREET)
    late.refresh_from_db()
    assert (late.stage, late.fires_at, late.stopped_at) == (2, None, None)
    assert {("incident_supervised", user.pk) for user in (town.leader, town.officer)} <= told(incident)


def test_a_warned_department_is_told_itself(town: Town) -> None:
    incident, response = whistled(town, state=State.WHISTLED)
    town.clock(
        incident, ClockKind.SIGN, due=NOW + HOUR, whistle_response=response, organization=town.department
    )
    sweep()
    assert told(incident) == {("incident_warned", town.officer.pk)}


def test_silence_closes(town: Town) -> None:
    incident = town.incident(state=State.CALLBACK)
    town.clock(incident, ClockKind.CALLBACK, due=NOW, stage=1)
    assert sweep() == SweepResult(claimed=1, closed=1)
    incident.refresh_from_db()
    assert (incident.state, incident.closed_at) == (State.CLOSED, NOW)
    assert story(incident) == [("close_unanswered", "callback", "closed")]
    assert not running(incident)


def test_silence_never_ends_a_whistle_but_is_supervised(town: Town) -> None:
    incident, response = whistled(town, state=State.CALLBACK)
    town.clock(incident, ClockKind.CALLBACK, due=NOW, stage=1)
    assert sweep() == SweepResult(claimed=1, supervised=1)
    incident.refresh_from_db()
    assert (incident.state, incident.is_whistled, incident.is_supervised) == (State.CALLBACK, True, True)
    response.whistle.refresh_from_db()
    assert response.whistle.ended_at is None
    assert sweep() == SweepResult()


@pytest.mark.parametrize("state", [State.RETURNED, State.SUSPENDED, State.ACCEPTED, State.VERIFYING])
def test_a_limit_that_passes_where_nobody_can_take_the_work_is_supervised(town: Town, state: State) -> None:
    incident = town.incident(state=state)
    town.clock(incident, ClockKind.RESOLVE, due=NOW, stage=1)
    assert sweep() == SweepResult(claimed=1, supervised=1)
    incident.refresh_from_db()
    assert (incident.state, incident.is_supervised) == (state, True)


def test_a_missed_call_is_supervised_and_the_work_stays(town: Town) -> None:
    incident = town.incident(state=State.HANDLING)
    town.clock(incident, ClockKind.CONTACT, due=NOW, stage=1)
    assert sweep() == SweepResult(claimed=1, supervised=1)
    incident.refresh_from_db()
    assert incident.state == State.HANDLING


def test_a_clock_left_behind_by_a_closed_incident_is_stopped_without_a_word(town: Town) -> None:
    incident = town.incident(state=State.CLOSED, closed_at=NOW)
    left = town.clock(incident, due=NOW)
    assert sweep() == SweepResult(claimed=1)
    left.refresh_from_db()
    assert (left.stopped_at, left.fires_at) == (NOW, None)
    assert story(incident) == []
    assert told(incident) == set()


def test_the_number_of_queries_does_not_grow_with_the_batch(
    town: Town, django_assert_num_queries: Any
) -> None:
    def prepare(number: int) -> None:
        for _ in range(number):
            town.clock(town.incident(), due=NOW)

    prepare(1)
    with connection.execute_wrapper(counter := Counter()):
        sweep()
    prepare(20)
    with django_assert_num_queries(counter.calls):
        assert sweep().raised == 20


class Counter:
    """Counts statements."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, execute: Any, *arguments: Any) -> Any:
        self.calls += 1
        return execute(*arguments)


@pytest.mark.parametrize(
    ("level", "colour", "has_lead"),
    [
        (Level.GRID, Colour.BLUE, True),
        (Level.COMMUNITY, Colour.RED, False),
        (Level.STREET, Colour.YELLOW, True),
        (Level.STREET, Colour.RED, False),
        (Level.DEPARTMENT, Colour.ORANGE, True),
    ],
)
def test_the_sweep_and_the_single_move_have_the_same_effects(
    town: Town, level: Level, colour: Colour, has_lead: bool
) -> None:
    lead = town.department if has_lead else None
    swept, moved = (
        town.incident(level, colour=colour, colour_rank=colour.rank, lead_department=lead) for _ in range(2)
    )
    town.clock(swept, ClockKind.SIGN, due=NOW + 100 * HOUR)
    town.clock(swept, due=NOW, stage=1)
    town.clock(moved, ClockKind.SIGN, due=NOW + 100 * HOUR)
    town.clock(moved, due=NOW, stage=2, fires_at=None)
    assert sweep().raised == 1
    with clock.frozen_at(NOW):
        incident_perform(actor=SYSTEM, incident_id=moved.pk, verb=Verb.ESCALATE, given={"clock": "resolve"})
    assert effects_on(swept) == effects_on(moved)
    assert told(swept) == told(moved)


def effects_on(incident: Incident) -> list[Any]:
    row = Incident.objects.filter(pk=incident.pk).values().get()
    event = IncidentEvent.objects.filter(incident=incident).values().get()
    clocks = Clock.objects.filter(incident=incident).order_by("kind", "due_at").values()
    data = {name: event["data"][name] for name in ("from_level", "to_level", "from_unit", "to_unit")}
    return [
        without(row, "id", "number"),
        without(event, "id", "incident_id", "data") | data,
        [without(one, "id", "incident_id") for one in clocks],
        list(Participation.objects.filter(incident=incident).values_list("organization_id", "since")),
    ]


def without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def test_a_limit_that_runs_out_after_the_rise_goes_on_for_the_new_owner_and_is_not_doubled(
    town: Town,
) -> None:
    incident = town.incident(Level.STREET)
    town.clock(incident, ClockKind.SIGN, due=NOW - 3 * HOUR)
    work = town.clock(incident, ClockKind.RESOLVE, due=NOW - HOUR)
    assert sweep(NOW).raised == 1
    incident.refresh_from_db()
    rows = Clock.objects.filter(incident=incident, stopped_at=None)
    assert sorted(rows.values_list("kind", flat=True)) == ["resolve", "sign"]
    work.refresh_from_db()
    assert (work.stage, work.organization_id) == (2, incident.owner_organization_id)
