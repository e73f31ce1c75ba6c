"""Which dwelling and household each row of a piece belongs to: found, or to be made. Source: R-223."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from residents.importing.cleaning import ReadyRow
from residents.importing.existing import (
    DwellingKey,
    dwellings_at,
    households_in,
    households_numbered,
    reserve_keys,
)
from residents.importing.places import NoPlace, Place
from residents.models import Dwelling, Household, Person

HouseholdKey = tuple[str, int, str, str]


@dataclass(slots=True)
class NewHousehold:
    """A household to be made; its place is that of the first row that names it."""

    pk: int
    place: Place
    number: str
    dwelling_id: int | None
    opened_on: date
    has_head: bool = False


@dataclass(frozen=True, slots=True)
class Home:
    """Where a row's person lives; without a household for who is known to live in a community and no more."""

    place: Place
    household_id: int | None
    new: NewHousehold | None


@dataclass(slots=True)
class Homes:
    """All homes of a piece, with the dwellings and households to be made for them."""

    by_line: dict[int, Home | NoPlace] = field(default_factory=dict)
    dwellings: dict[DwellingKey, tuple[int, Place]] = field(default_factory=dict)
    households: dict[HouseholdKey, NewHousehold] = field(default_factory=dict)


def find_homes(rows: Sequence[tuple[ReadyRow, Place]], known: Mapping[int, Person], *, today: date) -> Homes:
    """Return a home or a reason for each row; `known` are the files already found, by line.

    Where somebody of the same household in the table has a file and lives there, the household is theirs.
    """
    finder = _Finder(rows, known, today)
    for row, place in rows:
        finder.homes.by_line[row.line] = finder.home(row, place)
    finder.reserve()
    return finder.homes


class _Finder:
    def __init__(
        self, rows: Sequence[tuple[ReadyRow, Place]], known: Mapping[int, Person], today: date
    ) -> None:
        self.homes = Homes()
        self.today = today
        keys = {key for row, place in rows if (key := _dwelling_key(row, place)) is not None}
        self.dwellings = dwellings_at(keys)
        self.in_dwelling = households_in([dwelling.pk for dwelling in self.dwellings.values()])
        self.numbered = households_numbered(
            {(place.community_id, number) for row, place in rows if (number := _number(row))}
        )
        self.relatives = self._relatives(rows, known)
        self._ids = iter(reserve_keys(Dwelling, len(keys - self.dwellings.keys())))
        self._new: list[NewHousehold] = []

    def home(self, row: ReadyRow, place: Place) -> Home | NoPlace:
        dwelling_key, key = _dwelling_key(row, place), household_key(row, place)
        dwelling = self.dwellings.get(dwelling_key) if dwelling_key else None
        if dwelling is not None and dwelling.closed_on is not None:
            return NoPlace("room", "closed")
        if key is None:
            return Home(place, None, None)
        found = self._household(key, dwelling)
        if isinstance(found, NoPlace):
            return found
        if found is not None:
            return Home(_place_of(found), found.pk, None)
        relative = self.relatives.get(key)
        if relative is not None and dwelling_key is None:
            return Home(_place_of(relative), relative.household_id, None)
        dwelling_id = dwelling.pk if dwelling else self._new_dwelling(dwelling_key, place)
        new = self._new_household(key, row, place, dwelling_id)
        return Home(new.place, None, new)

    def reserve(self) -> None:
        for household, pk in zip(self._new, reserve_keys(Household, len(self._new)), strict=True):
            household.pk = pk

    def _relatives(
        self, rows: Sequence[tuple[ReadyRow, Place]], known: Mapping[int, Person]
    ) -> dict[HouseholdKey, Person]:
        found: dict[HouseholdKey, Person] = {}
        for row, place in rows:
            person, key = known.get(row.line), household_key(row, place)
            if key and person and person.household_id and person.community_id == place.community_id:
                found.setdefault(key, person)
        return found

    def _household(self, key: HouseholdKey, dwelling: Dwelling | None) -> Household | NoPlace | None:
        kind, community, number, _room = key
        if kind == "number" and (community, number) in self.numbered:
            return self.numbered[community, number]
        there = self.in_dwelling.get(dwelling.pk, []) if dwelling else []
        relative = self.relatives.get(key)
        theirs = [household for household in there if relative and household.pk == relative.household_id]
        if theirs:
            return theirs[0]
        if kind == "number":
            return None
        if len(there) > 1:
            return NoPlace("household_number", "several")
        return there[0] if there else None

    def _new_dwelling(self, key: DwellingKey | None, place: Place) -> int | None:
        if key is None:
            return None
        if key not in self.homes.dwellings:
            self.homes.dwellings[key] = next(self._ids), place
        return self.homes.dwellings[key][0]

    def _new_household(
        self, key: HouseholdKey, row: ReadyRow, place: Place, dwelling_id: int | None
    ) -> NewHousehold:
        since = row.imported.lived_since or self.today
        new = self.homes.households.get(key)
        if new is None:
            new = NewHousehold(0, place, _number(row), dwelling_id, since)
            self.homes.households[key] = new
            self._new.append(new)
        new.opened_on = min(new.opened_on, since)
        return new


def household_key(row: ReadyRow, place: Place) -> HouseholdKey | None:
    """Return what rows of one household have in common: the register number, else the dwelling."""
    number, dwelling = _number(row), _dwelling_key(row, place)
    if number:
        return "number", place.community_id, number, ""
    if dwelling:
        building, unit, room = dwelling
        return "dwelling", building, unit, room
    return None


def _number(row: ReadyRow) -> str:
    return row.imported.places["household_number"]


def _dwelling_key(row: ReadyRow, place: Place) -> DwellingKey | None:
    room = row.imported.places["room"]
    if place.building_id is None or not room:
        return None
    return place.building_id, row.imported.places["unit"], room


def _place_of(row: Household | Person) -> Place:
    return Place(row.building_id, row.grid_id, row.community_id, row.street_id)
