"""Two officers change the same person or household at the same moment: exactly one wins, nothing is torn."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import OperationalError, connections

from core.actor import SYSTEM
from core.errors import DomainError
from residents.models import PastResidence, Person
from residents.services import (
    household_join,
    household_split,
    person_die,
    person_leave,
    person_merge,
    person_move,
)
from tests.factories.resident_town import DAY, Town, fresh, make_town
from tests.factories.residents import make_person

pytestmark = pytest.mark.django_db(transaction=True)


def together(*changes: Callable[[], Any]) -> list[str]:
    """Make the changes at once, each on a connection of its own; return the codes of the refusals."""
    barrier, refused, broken = Barrier(len(changes)), [], []

    def go(change: Callable[[], Any]) -> None:
        try:
            barrier.wait()
            change()
        except DomainError as error:
            refused.append(error.code)
        except OperationalError as error:
            broken.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=go, args=(change,)) for change in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    return refused


def moving(town: Town, person: Person, into: Any, **more: Any) -> Callable[[], Any]:
    return lambda: person_move(
        actor=SYSTEM,
        person_id=person.pk,
        household_id=into.pk,
        effective_on=DAY,
        kinship="other_kin",
        **more,
    )


def test_two_officers_move_the_same_person() -> None:
    town = make_town()
    version = town.child.version
    refused = together(
        moving(town, town.child, town.near, version=version),
        moving(town, town.child, town.far, version=version),
    )
    assert refused == ["changed_meanwhile"]
    assert PastResidence.objects.filter(person=town.child).count() == 1


def test_moves_that_cross_do_not_wait_for_each_other() -> None:
    town = make_town()
    other = make_person(town.far, "王五")
    for _round in range(3):
        one, two = fresh(town.child, other)
        assert together(moving(town, one, two.household), moving(town, two, one.household)) == []
        assert fresh(one).household == two.household
        assert fresh(two).household == one.household


def test_a_split_and_a_joining_of_one_household() -> None:
    town = make_town()
    version = fresh(town.household).version
    refused = together(
        lambda: household_split(
            actor=SYSTEM,
            household_id=town.household.pk,
            person_ids=[town.child.pk],
            head_id=town.child.pk,
            effective_on=DAY,
            version=version,
        ),
        lambda: household_join(
            actor=SYSTEM,
            household_id=town.household.pk,
            into_id=town.near.pk,
            effective_on=DAY,
            version=version,
        ),
    )
    assert len(refused) == 1
    assert Person.objects.present().exclude(household=None).count() == 3


def test_somebody_dies_leaves_and_is_merged_at_once() -> None:
    town = make_town()
    version = town.child.version
    refused = together(
        lambda: person_die(actor=SYSTEM, person_id=town.child.pk, effective_on=DAY, version=version),
        lambda: person_leave(actor=SYSTEM, person_id=town.child.pk, effective_on=DAY, version=version),
        lambda: person_merge(actor=SYSTEM, kept_id=town.spouse.pk, gone_id=town.child.pk, reason="同一人"),
    )
    child = fresh(town.child)
    assert child.household is None
    assert PastResidence.objects.filter(person=child).count() <= 1
    assert len(refused) >= 1
