"""Locking people and their households in one order, so that no two changes wait for each other.

Dwellings first, then households, then people, each by primary key.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Conflict, Text
from residents.models import Household, Person
from residents.policies import REGISTER, find_households, find_people

CHANGED: Text = _("Somebody has changed this file meanwhile. Look at it again, then save.")


@dataclass(frozen=True, slots=True)
class Held:
    """Rows as they are now, locked until the transaction ends."""

    households: dict[int, Household]
    people: dict[int, Person]

    def household_of(self, person: Person) -> Household | None:
        """Return the household the person lives in."""
        return self.households[person.household_id] if person.household_id is not None else None


def hold(
    actor: Actor,
    *,
    household_ids: Iterable[int | None] = (),
    person_ids: Iterable[int] = (),
    permission: str = REGISTER,
) -> Held:
    """Lock the households, those the people live in, and the people; four queries.

    Raises Missing or Denied for what is not the actor's, and Conflict("changed_meanwhile") where somebody
    has moved between the first look and the lock.
    """
    wanted = sorted(set(person_ids))
    before = find_people(actor, wanted, permission=permission)
    homes = {pk: person.household_id for pk, person in before.items()}
    named = {pk for pk in household_ids if pk is not None}
    ids = named | {pk for pk in homes.values() if pk is not None}
    households = find_households(actor, sorted(ids), permission=permission, lock=True)
    people = find_people(actor, wanted, permission=permission, lock=True)
    if any(person.household_id != homes[pk] for pk, person in people.items()):
        raise Conflict("changed_meanwhile", CHANGED)
    return Held(households, people)


def hold_household(actor: Actor, household_id: int, *, others: Sequence[int] = ()) -> Held:
    """Lock the household and everybody who lives in it, and the other households named.

    The household is locked before its people are read: nobody comes or goes between the two.
    """
    households = find_households(actor, sorted({household_id, *others}), permission=REGISTER, lock=True)
    ids = Person.objects.present().filter(household_id=household_id).order_by("pk")
    people = find_people(actor, list(ids.values_list("pk", flat=True)), permission=REGISTER, lock=True)
    return Held(households, people)


def check_version(row: Any, version: int | None) -> None:
    """Raise Conflict("changed_meanwhile") for a form made from an older row; None asks nothing."""
    if version is not None and row.version != version:
        raise Conflict("changed_meanwhile", CHANGED)
