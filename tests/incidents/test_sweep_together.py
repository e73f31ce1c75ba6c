"""Sweepers and people at work at the same moment: nobody waits, nothing is done twice."""

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, transaction

from core import clock
from incidents.models import ClockStep, Incident, IncidentEvent
from incidents.rules.vocabulary import Level
from incidents.services.sweep import SweepResult, sweep_due, sweep_for
from tests.factories.towns import HOUR, NOW, make_town, story, sweep


@pytest.mark.django_db(transaction=True)
def test_who_works_on_an_incident_is_not_waited_for() -> None:
    town = make_town()
    busy, free = town.incident(), town.incident()
    town.clock(busy, due=NOW)
    town.clock(free, due=NOW)
    results: list[SweepResult] = []
    with transaction.atomic():
        Incident.objects.select_for_update().get(pk=busy.pk)
        in_thread(lambda: results.append(sweep()))
    assert results == [SweepResult(claimed=1, warned=1, raised=1)]
    assert story(busy) == []
    assert sweep().raised == 1
    assert [verb for verb, _before, _after in story(busy)] == ["warn", "escalate"]


@pytest.mark.django_db(transaction=True)
def test_sweepers_side_by_side_take_every_step_once() -> None:
    town = make_town()
    for _ in range(60):
        town.clock(town.incident(), due=NOW)
    start = Barrier(3)

    def work() -> None:
        start.wait()
        with clock.frozen_at(NOW):
            while sweep_due(limit=7).claimed:
                pass

    threads = [Thread(target=closing_connection, args=(work,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sweep() == SweepResult()
    assert ClockStep.objects.count() == IncidentEvent.objects.count() == 120
    assert set(Incident.objects.values_list("owner_level", "version")) == {(Level.COMMUNITY, 2)}


@pytest.mark.django_db(transaction=True)
def test_one_broken_incident_does_not_hold_up_the_others() -> None:
    town = make_town()
    broken, sound = town.incident(), town.incident()
    ClockStep.objects.create(clock=town.clock(broken, due=NOW - HOUR), step=1, taken_at=NOW)
    town.clock(sound, due=NOW)
    with clock.frozen_at(NOW):
        result = sweep_for(seconds=5)
    assert (result.raised, result.broken) == (1, frozenset({broken.pk}))
    assert story(broken) == []
    sound.refresh_from_db()
    assert sound.owner_level == Level.COMMUNITY


def in_thread(work: Any) -> None:
    thread = Thread(target=closing_connection, args=(work,))
    thread.start()
    thread.join()


def closing_connection(work: Any) -> None:
    try:
        work()
    finally:
        connection.close()
