"""What the file of a household shows of its people and its dwelling; numbers masked. Source: R-206, R-207."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from core import clock
from core.crypto import mask_document, mask_phone
from core.errors import Missing
from organizations.scopes import AnyUser
from residents.choices import Kinship
from residents.models import Household, Person
from residents.rules.ages import age_on, is_child
from residents.sealing import open_document, open_phone
from residents.wording import NOT_YOURS


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as a page shows them: numbers masked, age in years (None: date of birth not known)."""

    person: Person
    age: int | None
    is_child: bool
    document: str
    phone: str
    lives_apart: bool


def household_for(user: AnyUser, household_id: int) -> Household:
    """Return the household with its place; raises Missing("household_missing") outside what the user sees."""
    found: Household | None = (
        Household.objects.visible_to(user)
        .select_related("dwelling", "building", "grid", "community", "street")
        .filter(pk=household_id)
        .first()
    )
    if found is None:
        raise Missing("household_missing", NOT_YOURS)
    return found


def person_row(person: Person, today: date) -> PersonRow:
    """Return the person for showing; `registered_household` must not be needed as a row. No query."""
    return PersonRow(
        person=person,
        age=age_on(person.birth_date, today) if person.birth_date else None,
        is_child=is_child(person.birth_date, today),
        document=mask_document(open_document(person)),
        phone=mask_phone(open_phone(person)),
        lives_apart=lives_apart(person),
    )


def lives_apart(person: Person) -> bool:
    """Return whether the register keeps the person in another household than they live in. Source: R-212."""
    return person.registered_household_id is not None and (
        person.registered_household_id != person.household_id
    )


def people_of(household: Household) -> list[Person]:
    """Return who lives in the household, the head first, then by age; one query."""
    people = list(Person.objects.present().filter(household=household))
    return sorted(
        people, key=lambda each: (each.kinship != Kinship.HEAD, each.birth_date or date.max, each.pk)
    )


def people_part(user: AnyUser, household: Household) -> dict[str, Any]:
    """Return the people who live here, and those the register keeps here who live elsewhere; two queries.

    Of the latter only those the user sees are named, the others are counted.
    """
    today = clock.today()
    elsewhere = Person.objects.present().filter(registered_household=household).exclude(household=household)
    named = list(elsewhere.visible_to(user))
    return {
        "people": [person_row(person, today) for person in people_of(household)],
        "registered_here": named,
        "registered_here_unseen": elsewhere.count() - len(named),
    }
