"""Ladders as rows: which steps a clock has, what each does, and who is told when people rest."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core import clock
from core.actor import SYSTEM
from core.models import Notification
from core.notifications import inbox, unread_count
from incidents.models import (
    Clock,
    DutyShift,
    EscalationLadder,
    Incident,
    IncidentEvent,
    LadderStep,
    QuietHours,
)
from incidents.rules.calendar import SHANGHAI
from incidents.rules.vocabulary import ClockKind, Colour, Level, State, Verb
from incidents.services import incident_perform
from incidents.services.sweep import SweepResult, sweep_due
from organizations.choices import Role
from tests.factories.organizations import make_user
from tests.factories.towns import HOUR, NOW, Town, make_town

NIGHT = datetime(2026, 3, 2, 23, 0, tzinfo=SHANGHAI)
MORNING = datetime(2026, 3, 3, 7, 0, tzinfo=SHANGHAI)


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def sweep(moment: datetime = NOW) -> SweepResult:
    with clock.frozen_at(moment):
        return sweep_due()


def steps(*rows: tuple[int, int], **values: object) -> None:
    for step, percent in rows:
        LadderStep.objects.create(step=step, at_percent=percent, rises=step == 2, **values)


def red(town: Town, level: Level = Level.GRID) -> Incident:
    return town.incident(level, colour=Colour.RED, colour_rank=1)


def messages(kind: str) -> set[tuple[int, datetime | None]]:
    return set(Notification.objects.filter(kind=kind).values_list("user_id", "visible_from"))


def test_a_limit_that_stays_overdue_is_reminded_of_step_by_step(town: Town) -> None:
    steps((1, 80), (2, 100), (3, 150))
    LadderStep.objects.create(step=4, at_percent=200, tell_next=True)
    incident = town.incident(Level.CITY)
    row = town.clock(incident, due=NOW, stage=1)  # a limit of ten hours
    assert sweep().supervised == 1
    row.refresh_from_db()
    assert (row.stage, row.fires_at, row.stopped_at) == (2, NOW + 5 * HOUR, None)
    assert sweep(NOW + 5 * HOUR) == SweepResult(claimed=1, warned=1)
    row.refresh_from_db()
    assert (row.stage, row.fires_at) == (3, NOW + 10 * HOUR)
    assert sweep(NOW + 20 * HOUR) == SweepResult(claimed=1, warned=1)
    row.refresh_from_db()
    assert (row.stage, row.fires_at) == (4, None)
    events = IncidentEvent.objects.filter(incident=incident).order_by("id")
    assert [event.verb for event in events] == ["supervise", "warn", "warn"]
    assert events[1].reasons[0]["params"]["percent"] == 150
    assert Notification.objects.filter(kind="incident_overdue", user=town.office).count() == 2


def test_a_rung_that_does_not_rise_only_tells(town: Town) -> None:
    LadderStep.objects.create(clock_kind=ClockKind.SIGN, step=2, at_percent=100, tell_next=True)
    incident = town.incident()
    town.clock(incident, ClockKind.SIGN, due=NOW, stage=1)
    assert sweep() == SweepResult(claimed=1, warned=1)
    incident.refresh_from_db()
    assert (incident.owner_level, incident.version) == (Level.GRID, 1)
    assert messages("incident_overdue") == {(town.worker.pk, None), (town.staff.pk, None)}


def test_a_warning_its_ladder_lacks_is_taken_without_a_word(town: Town) -> None:
    steps((2, 100))
    incident = town.incident()
    row = town.clock(incident, due=NOW + HOUR)
    assert sweep() == SweepResult(claimed=1)
    row.refresh_from_db()
    assert (row.stage, row.fires_at) == (1, NOW + HOUR)
    assert not IncidentEvent.objects.exists()


def test_the_colours_own_ladder_and_steps_hold_for_it(town: Town) -> None:
    EscalationLadder.objects.create(rungs=[Level.GRID, Level.COMMUNITY, Level.STREET])
    EscalationLadder.objects.create(colour=Colour.RED, rungs=[Level.GRID, Level.CITY], told=[Level.STREET])
    blue, urgent = town.incident(), red(town)
    for incident in (blue, urgent):
        town.clock(incident, due=NOW, stage=1)
    assert sweep().raised == 2
    blue.refresh_from_db()
    urgent.refresh_from_db()
    assert (blue.owner_level, urgent.owner_level) == (Level.COMMUNITY, Level.CITY)
    assert (town.leader.pk, None) in messages("incident_raised")


def test_a_rise_warns_at_the_share_its_ladder_says(town: Town) -> None:
    steps((1, 50), (2, 100))
    town.clock(town.incident(), due=NOW, stage=1)
    sweep()
    fresh = Clock.objects.get(kind=ClockKind.RESOLVE, stopped_at=None)
    assert (fresh.warn_at - NOW, fresh.due_at - NOW) == (12 * HOUR, 24 * HOUR)


@pytest.mark.parametrize(
    "values",
    [
        {"step": 1, "at_percent": 100},
        {"step": 1, "at_percent": 80, "rises": True},
        {"step": 2, "at_percent": 90},
        {"step": 3, "at_percent": 100},
        {"step": 7, "at_percent": 300},
    ],
)
def test_the_database_refuses_a_step_out_of_its_place(town: Town, values: dict[str, int]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        LadderStep.objects.create(**values)


def test_at_night_what_can_wait_is_held_until_the_morning(town: Town) -> None:
    QuietHours.objects.create(starts_at="22:00", ends_at="07:00")
    town.clock(town.incident(), due=NIGHT, stage=1)
    sweep(NIGHT)
    assert messages("incident_raised") == {(town.worker.pk, MORNING), (town.staff.pk, MORNING)}
    with clock.frozen_at(NIGHT + HOUR):
        assert (unread_count(town.staff.pk), inbox(town.staff.pk).count()) == (0, 0)
    with clock.frozen_at(MORNING):
        assert (unread_count(town.staff.pk), inbox(town.staff.pk).count()) == (1, 1)


def test_a_red_incident_never_waits(town: Town) -> None:
    QuietHours.objects.create(starts_at="22:00", ends_at="07:00")
    town.clock(red(town), due=NIGHT, stage=1)
    sweep(NIGHT)
    assert messages("incident_raised") == {(town.worker.pk, None), (town.staff.pk, None)}


def test_a_unit_may_rest_at_other_hours_than_the_city(town: Town) -> None:
    QuietHours.objects.create(starts_at="22:00", ends_at="07:00")
    QuietHours.objects.create(organization=town.street, starts_at="23:30", ends_at="06:00")
    town.clock(town.incident(), due=NIGHT, stage=1)
    sweep(NIGHT)
    assert messages("incident_raised") == {(town.worker.pk, None), (town.staff.pk, None)}


def test_at_night_whoever_is_on_duty_is_told_at_once_instead_of_the_others(town: Town) -> None:
    QuietHours.objects.create(starts_at="22:00", ends_at="07:00")
    second = make_user(Role.COMMUNITY_STAFF, town.community)
    DutyShift.objects.create(
        organization=town.community, person=second, starts_at=NIGHT - HOUR, ends_at=NIGHT + HOUR
    )
    town.clock(town.incident(Level.COMMUNITY), due=NIGHT + 2 * HOUR)
    sweep(NIGHT)
    assert messages("incident_warned") == {(second.pk, None)}
    Notification.objects.all().delete()
    town.clock(town.incident(Level.COMMUNITY), due=NIGHT + 3 * HOUR)
    sweep(NIGHT + HOUR)  # the end of a duty is not part of it
    assert messages("incident_warned") == {(town.staff.pk, MORNING), (second.pk, MORNING)}


def test_without_anybody_on_duty_the_leader_is_told(town: Town) -> None:
    make_user(Role.STREET_STAFF, town.street)
    town.clock(town.incident(Level.STREET), due=NIGHT + HOUR)
    sweep(NIGHT)
    assert messages("incident_warned") == {(town.leader.pk, None)}
    Notification.objects.all().delete()
    town.clock(town.incident(Level.STREET), due=NOW + HOUR)
    sweep(NOW)  # on a working morning everybody is
    assert len(messages("incident_warned")) == 2


def test_the_roster_costs_the_same_however_many_incidents(town: Town) -> None:
    costs = []
    for number in (1, 12):
        for _ in range(number):
            town.clock(town.incident(Level.STREET, state=State.HANDLING), due=NIGHT, stage=1)
        with CaptureQueriesContext(connection) as queries:
            assert sweep(NIGHT + timedelta(minutes=number)).raised == number
        costs.append(len(queries))
    assert costs[0] == costs[1]


@pytest.mark.parametrize(("colour", "held"), [(Colour.BLUE, MORNING), (Colour.RED, None)])
def test_what_is_raised_by_hand_at_night_waits_too_unless_it_is_red(
    town: Town, colour: Colour, held: datetime | None
) -> None:
    QuietHours.objects.create(starts_at="22:00", ends_at="07:00")
    incident = town.incident(state=State.SIGNED, colour=colour, colour_rank=colour.rank)
    with clock.frozen_at(NIGHT):
        incident_perform(actor=SYSTEM, incident_id=incident.pk, verb=Verb.ESCALATE, given={})
    assert messages("incident_raised") == {(town.worker.pk, held), (town.staff.pk, held)}
