"""Pausing and resuming limits: nothing fires meanwhile, what was left is left, the first limit is kept."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core import clock
from incidents.models import Clock, Incident
from incidents.rules.calendar import SHANGHAI
from incidents.rules.vocabulary import ClockKind
from incidents.rules.workflow import ClockEffects
from incidents.services.clocks import apply_clocks
from incidents.services.pauses import pause_clocks, resume_clocks
from incidents.services.sweep import SweepResult, sweep_due
from tests.factories.incidents import make_incident, small_city, whistled
from tests.factories.towns import HOUR, NOW, Town, make_town


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def at(text: str) -> datetime:
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


def sweep(moment: datetime) -> SweepResult:
    with clock.frozen_at(moment):
        return sweep_due()


def pause(incident: Incident, moment: datetime) -> int:
    with transaction.atomic():
        return pause_clocks(incident, moment)


def resume(incident: Incident, moment: datetime) -> list[Clock]:
    with transaction.atomic():
        return resume_clocks(incident, moment)


def test_a_paused_clock_neither_fires_nor_blocks_and_goes_on_with_what_was_left(town: Town) -> None:
    incident = town.incident()
    row = town.clock(incident, due=NOW + 3 * HOUR)
    assert pause(incident, NOW) == 1
    assert sweep(NOW + 48 * HOUR) == SweepResult()
    resume(incident, NOW + 48 * HOUR)
    row.refresh_from_db()
    assert (row.due_at, row.warn_at, row.fires_at) == (NOW + 51 * HOUR, NOW + 49 * HOUR, NOW + 49 * HOUR)
    assert (row.paused_at, row.held_fires_at, row.original_due_at) == (None, None, NOW + 3 * HOUR)
    assert incident.due_at == row.due_at
    assert sweep(NOW + 49 * HOUR) == SweepResult(claimed=1, warned=1)


@pytest.mark.parametrize(
    ("limit", "started", "due", "paused", "resumed", "expected"),
    [
        # hours on the clock
        ("24h", "03-02 10:00", "03-03 10:00", "03-02 20:00", "03-10 09:00", "03-10 23:00"),
        # calendar days keep their time of day
        ("5d", "03-02 10:00", "03-07 10:00", "03-04 10:00", "03-20 15:30", "03-23 15:30"),
        # three working hours are left, counted from the next working moment
        ("4wh", "03-02 09:00", "03-02 15:30", "03-02 10:00", "03-07 11:00", "03-09 11:30"),
        # paused at night: a whole working day is left
        ("1wd", "03-02 09:00", "03-03 18:00", "03-02 22:00", "03-06 20:00", "03-09 18:00"),
    ],
)
def test_what_is_left_is_counted_in_the_clocks_own_kind_of_time(
    town: Town, limit: str, started: str, due: str, paused: str, resumed: str, expected: str
) -> None:
    incident = town.incident()
    row = town.clock(incident, due=at(due), started_at=at(started), warn_at=at(due), limit=limit)
    pause(incident, at(paused))
    resume(incident, at(resumed))
    row.refresh_from_db()
    assert row.due_at == at(expected)


def test_what_came_due_before_the_pause_fires_after_it(town: Town) -> None:
    incident = town.incident()
    row = town.clock(incident, due=NOW - HOUR)
    pause(incident, NOW)
    resume(incident, NOW + 5 * HOUR)
    row.refresh_from_db()
    assert (row.due_at, row.fires_at, row.original_due_at) == (NOW - HOUR, NOW - 3 * HOUR, None)
    assert sweep(NOW + 5 * HOUR).raised == 1


def test_the_first_limit_is_kept_through_several_pauses(town: Town) -> None:
    incident = town.incident()
    row = town.clock(incident, due=NOW + 9 * HOUR)
    for start in (0, 10, 20):
        pause(incident, NOW + start * HOUR)
        resume(incident, NOW + (start + 5) * HOUR)
    row.refresh_from_db()
    assert row.original_due_at == NOW + 9 * HOUR
    assert row.due_at == NOW + 19 * HOUR  # the last pause began after it had run out


def test_stopping_a_paused_clock_and_starting_others_leaves_it_paused(town: Town) -> None:
    incident = town.incident()
    sign = town.clock(incident, ClockKind.SIGN, due=NOW + HOUR)
    resolve = town.clock(incident, due=NOW + 5 * HOUR)
    pause(incident, NOW)
    with transaction.atomic():
        effects = ClockEffects(stop=frozenset({ClockKind.SIGN}), start=frozenset({ClockKind.VERIFY}))
        apply_clocks(incident, effects, at=NOW)
    verify = Clock.objects.get(kind=ClockKind.VERIFY)
    assert (incident.due_at, verify.paused_at) == (verify.due_at, None)
    assert [row.pk for row in resume(incident, NOW + 2 * HOUR)] == [resolve.pk]
    sign.refresh_from_db()
    assert sign.stopped_at == NOW


def test_a_paused_incident_raised_by_another_limit_keeps_its_paused_clock(town: Town) -> None:
    incident = town.incident()
    resolve = town.clock(incident, due=NOW + 5 * HOUR)
    pause(incident, NOW - HOUR)
    town.clock(incident, ClockKind.RECTIFY, due=NOW, stage=1)
    assert sweep(NOW).raised == 1
    resolve.refresh_from_db()
    assert (resolve.stopped_at, resolve.organization) == (None, town.community)
    assert set(Clock.objects.filter(stopped_at=None).values_list("kind", flat=True)) == {"sign", "resolve"}


@pytest.mark.parametrize("change", [{"fires_at": NOW}, {"paused_at": None}])
def test_the_database_refuses_a_paused_clock_that_fires(
    town: Town, change: dict[str, datetime | None]
) -> None:
    incident = town.incident()
    row = town.clock(incident, due=NOW)
    pause(incident, NOW - HOUR)
    with pytest.raises(IntegrityError), transaction.atomic():
        Clock.objects.filter(pk=row.pk).update(**change)


def test_the_cost_does_not_depend_on_the_number_of_clocks(db: None) -> None:
    city = small_city()
    for incident, clocks in ((make_incident(city), 2), (whistled(city), 7)):
        assert Clock.objects.filter(incident=incident, stopped_at=None).count() == clocks
        with CaptureQueriesContext(connection) as queries:
            assert pause(incident, clock.now()) == clocks
        assert len(queries) == 3  # the transaction's own two
        with clock.frozen_at(clock.now() + timedelta(days=3)):
            assert len(resume(incident, clock.now())) == clocks
    assert not Clock.objects.exclude(paused_at=None).exists()
