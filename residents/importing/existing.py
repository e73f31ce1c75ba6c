"""Who and what is there already, asked for all rows of a piece together; each answer is one query at most."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from residents.choices import LifeState, ResidentVerb
from residents.models import Dwelling, Household, Person, ResidentEvent

DwellingKey = tuple[int, str, str]
NumberKey = tuple[int, str]
NameKey = tuple[str, date | None]


def people_by_document(marks: Collection[UUID]) -> dict[tuple[str, UUID], Person]:
    """Return the files that have one of the documents, locked."""
    if not marks:
        return {}
    found = _locked().filter(document_mark__in=marks).exclude(state=LifeState.MERGED)
    return {(person.document_kind, person.document_mark): person for person in found}


def people_of_households(household_ids: Collection[int]) -> dict[int, list[Person]]:
    """Return who lives in the households, locked."""
    people: dict[int, list[Person]] = {}
    if household_ids:
        for person in _locked().present().filter(household_id__in=household_ids):
            people.setdefault(person.household_id, []).append(person)
    return people


def people_without_household(wanted: Collection[tuple[int, str]]) -> dict[tuple[int, str], list[Person]]:
    """Return who is known to live in a community and no more, by community and name, locked."""
    people: dict[tuple[int, str], list[Person]] = {}
    if wanted:
        places, names = {place for place, _name in wanted}, {name for _place, name in wanted}
        found = _locked().present().filter(community_id__in=places, name__in=names, household=None)
        for person in found:
            people.setdefault((person.community_id, person.name), []).append(person)
    return people


def touched_by(job_id: int, people: Iterable[Person]) -> set[int]:
    """Return the keys of people whom an earlier row of the same import has added or changed."""
    keys = [person.pk for person in people]
    if not keys:
        return set()
    events = ResidentEvent.objects.filter(person_id__in=keys, verb=ResidentVerb.IMPORTED)
    return set(events.filter(data__contains={"import": job_id}).values_list("person_id", flat=True))


def dwellings_at(wanted: Collection[DwellingKey]) -> dict[DwellingKey, Dwelling]:
    """Return the dwellings there are, closed ones too."""
    if not wanted:
        return {}
    buildings, units, rooms = zip(*wanted, strict=True)
    found: Any = Dwelling.objects.raw(
        "SELECT d.* FROM residents_dwelling d JOIN unnest(%s::bigint[], %s::text[], %s::text[])"
        " AS wanted (building, unit, room)"
        " ON d.building_id = wanted.building AND d.unit = wanted.unit AND d.room = wanted.room",
        [list(buildings), list(units), list(rooms)],
    )
    return {(one.building_id, one.unit, one.room): one for one in found}


def households_in(dwelling_ids: Collection[int]) -> dict[int, list[Household]]:
    """Return the open households of the dwellings."""
    households: dict[int, list[Household]] = {}
    if dwelling_ids:
        for household in Household.objects.open().filter(dwelling_id__in=dwelling_ids).order_by("pk"):
            households.setdefault(household.dwelling_id, []).append(household)
    return households


def households_numbered(wanted: Collection[NumberKey]) -> dict[NumberKey, Household]:
    """Return the open households with one of the register numbers; the oldest of one number counts."""
    if not wanted:
        return {}
    communities, numbers = {place for place, _number in wanted}, {number for _place, number in wanted}
    found = Household.objects.open().filter(community_id__in=communities, register_number__in=numbers)
    return {(one.community_id, one.register_number): one for one in found.order_by("-pk")}


def reserve_keys(model: Any, count: int) -> list[int]:
    """Take so many new keys of the model's table."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [key for (key,) in cursor.fetchall()]


def _locked() -> Any:
    return Person.objects.select_for_update(of=("self",), no_key=True)
