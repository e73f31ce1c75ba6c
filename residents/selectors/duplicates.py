"""Files that may be of one person: same name with same date of birth or same phone. Source: R-219.

Twins have other names; two people of one name and one birthday with a document each are only proposed weakly.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from organizations.scopes import AnyUser
from residents.models import DistinctPeople, Person
from residents.rules.likeness import Likeness, likeness


@dataclass(frozen=True, slots=True)
class Candidate:
    """Another file that may be of the same person."""

    person: Person
    likeness: Likeness


def candidates_of(user: AnyUser, person: Person) -> list[Candidate]:
    """Return the files the user sees that may be of the same person, the likeliest first; two queries."""
    return candidates_of_all(user, [person])[person.pk]


def candidates_of_all(user: AnyUser, people: Sequence[Person]) -> dict[int, list[Candidate]]:
    """Return the candidates of each of a page of people; two queries for all of them."""
    if not people:
        return {}
    names = {person.name for person in people}
    same: QuerySet[Person] = Person.objects.visible_to(user).present().filter(name__in=names)
    others = list(same.filter(_shares(people)).select_related("building", "community"))
    apart = _apart(people)
    return {
        person.pk: sorted(
            (
                Candidate(other, found)
                for other in others
                if other.pk != person.pk
                and frozenset((other.pk, person.pk)) not in apart
                and (found := _like(person, other)) is not None
            ),
            key=lambda each: (each.likeness != Likeness.STRONG, each.person.pk),
        )
        for person in people
    }


def people_with_doubles(user: AnyUser) -> "QuerySet[Person]":
    """Return living people with a younger file like theirs that nobody has found to be another's."""
    twin: QuerySet[Person] = (
        Person.objects.visible_to(user)
        .present()
        .filter(name=OuterRef("name"), pk__gt=OuterRef("pk"))
        .filter(Q(birth_date=OuterRef("birth_date")) | Q(phone_mark=OuterRef("phone_mark")))
        .exclude(Exists(DistinctPeople.objects.filter(first=OuterRef(OuterRef("pk")), second=OuterRef("pk"))))
    )
    found: QuerySet[Person] = Person.objects.visible_to(user).present().filter(Exists(twin))
    return found.select_related("building", "community")


def _shares(people: Iterable[Person]) -> Q:
    births = {person.birth_date for person in people if person.birth_date is not None}
    phones = {person.phone_mark for person in people if person.phone_mark is not None}
    return Q(birth_date__in=births) | Q(phone_mark__in=phones)


def _apart(people: Iterable[Person]) -> set[frozenset[int]]:
    ids = [person.pk for person in people]
    rows = DistinctPeople.objects.filter(Q(first_id__in=ids) | Q(second_id__in=ids))
    return {frozenset(pair) for pair in rows.values_list("first_id", "second_id")}


def _like(one: Person, other: Person) -> Likeness | None:
    return likeness(
        same_name=one.name == other.name,
        same_birth=one.birth_date is not None and one.birth_date == other.birth_date,
        same_phone=one.phone_mark is not None and one.phone_mark == other.phone_mark,
        both_documents=one.document_mark is not None and other.document_mark is not None,
        same_kind=one.document_kind == other.document_kind,
    )
