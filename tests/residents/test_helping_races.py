"""Two officers set, change or end the help for one person at the same moment: exactly one wins."""

from collections.abc import Callable
from typing import Any

import pytest

from core.actor import SYSTEM
from organizations.models import Organization, User
from residents.models import CareAssignment, Person
from residents.services import helper_end, helper_set
from tests.factories.care import make_help
from tests.factories.organizations import make_department
from tests.factories.resident_town import make_town
from tests.residents.test_move_races import together

pytestmark = pytest.mark.django_db(transaction=True)


def setting(person: Person, helper: User, unit: Organization, seen: int | None) -> Callable[[], Any]:
    return lambda: helper_set(
        actor=SYSTEM,
        person_id=person.pk,
        helper_id=helper.pk,
        unit_id=unit.pk,
        contact_days=30,
        replacing=seen,
    )


def test_two_set_the_first_helper_and_two_change_it() -> None:
    town = make_town()
    unit, helpers = make_department(town.city), [town.user(), town.user()]
    first = [setting(town.head, helper, unit, None) for helper in helpers]
    assert together(*first) == ["changed_meanwhile"]
    held = CareAssignment.objects.open().get()
    change = [setting(town.head, helper, unit, held.pk) for helper in helpers]
    assert together(*change) == ["changed_meanwhile"]
    assert CareAssignment.objects.open().count() == 1
    assert CareAssignment.objects.count() == 2


def test_one_ends_the_help_while_another_changes_it() -> None:
    town = make_town()
    unit = make_department(town.city)
    held = make_help(town.head, town.user(), unit)
    refused = together(
        setting(town.head, town.user(), unit, held.pk),
        lambda: helper_end(actor=SYSTEM, assignment_id=held.pk, reason="no_longer"),
    )
    assert refused in (["changed_meanwhile"], ["help_ended"])
    assert CareAssignment.objects.open().count() == (1 if refused == ["help_ended"] else 0)
