"""What happens to reports and steps in the very moment a community moves to another street."""

from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction

from core.actor import SYSTEM
from incidents.models import Clock, Incident
from incidents.rules.vocabulary import Verb
from incidents.services import incident_perform
from organizations.services import organization_move
from tests.factories.incidents import GARBAGE, MANHOLE, SmallCity, file_report

pytestmark = pytest.mark.django_db(transaction=True)


def beside(work: Callable[[], Any]) -> Thread:
    """Run the work on a connection of its own, and give it time to finish or to wait for a lock."""

    def closing() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = Thread(target=closing)
    thread.start()
    thread.join(timeout=2)
    return thread


def move(city: SmallCity) -> None:
    organization_move(actor=SYSTEM, organization_id=city.communities[0].pk, parent_id=city.streets[1].pk)


def test_report_filed_while_its_community_moves_gets_the_new_street(city: SmallCity) -> None:
    with transaction.atomic():
        move(city)
        thread = beside(lambda: file_report(city, category_code=MANHOLE))
    thread.join()
    incident = Incident.objects.get()
    assert (incident.street, incident.owner_organization) == (city.streets[1], city.streets[1])


def test_community_that_moves_while_a_report_is_filed_takes_it_along(city: SmallCity) -> None:
    with transaction.atomic():
        file_report(city, category_code=MANHOLE)
        thread = beside(lambda: move(city))
    thread.join()
    incident = Incident.objects.get()
    assert (incident.street, incident.owner_organization) == (city.streets[1], city.streets[1])


def test_step_up_to_the_street_in_the_moment_of_the_move_reaches_the_new_street(city: SmallCity) -> None:
    incident = file_report(city, category_code=GARBAGE).incident
    incident_perform(actor=SYSTEM, incident_id=incident.pk, verb=Verb.ESCALATE, given={"clock": "sign"})
    with transaction.atomic():
        incident_perform(actor=SYSTEM, incident_id=incident.pk, verb=Verb.ESCALATE, given={"clock": "sign"})
        thread = beside(lambda: move(city))
    thread.join()
    incident.refresh_from_db()
    assert incident.owner_level == "street"
    assert (incident.street, incident.owner_organization) == (city.streets[1], city.streets[1])
    running = Clock.objects.filter(incident=incident, stopped_at=None)
    assert set(running.values_list("organization_id", flat=True)) == {city.streets[1].pk}
