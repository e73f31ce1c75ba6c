"""Families of the demo: two grids of the guided community with people, and some of what goes wrong in files.

Everything through the services. The numbers are right in their check digits and of nobody: no place has
the code they begin with.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from stdnum.cn import ric

from core import clock
from core.actor import SYSTEM
from gridgov.demo import caring
from gridgov.demo.names import Names
from grids.models import Building
from residents import services
from residents.choices import DwellingUse, HouseholdKind, Kinship
from residents.models import Household, Person
from residents.rules.documents import DocumentKind
from residents.rules.people import PersonDraft

NO_PLACE = "990000"
HOUSEHOLDS = 20
_FLOORS = 6
_AREAS = (58, 76, 89, 102, 128)
_SMALL = 30


def settle(buildings: Sequence[Building], *, seed: int) -> None:
    """Let families live in the buildings, the first with something to put right or to look at."""
    town = _Town(buildings, seed)
    households = [town.family() for _number in range(HOUSEHOLDS)]
    _move_and_grow(town, households)
    _go_wrong(town, households)
    caring.look_after(households[13:20])


class _Town:
    """Draws families by a fixed chance, so that every load shows the same people."""

    def __init__(self, buildings: Sequence[Building], seed: int) -> None:
        self.chance = random.Random(seed)
        self.names = Names(seed + 1)
        self.rooms = self._rooms(buildings)
        self.serial = count(1)
        self.today = clock.today()

    def home(self, use: str = DwellingUse.OWNED, area: int = 0) -> Household:
        """Open a household in the next room."""
        building, unit, room = next(self.rooms)
        return services.household_settle(
            actor=SYSTEM,
            building_id=building.pk,
            unit=unit,
            room=room,
            use=use,
            area=Decimal(area or self.chance.choice(_AREAS)),
            kind=HouseholdKind.FAMILY,
            opened_on=self.today - timedelta(days=self.chance.randint(400, 4000)),
        )

    def family(self) -> Household:
        """Let a couple live in a new household, mostly with a child and sometimes with a parent."""
        home = self.home(self.chance.choice([DwellingUse.OWNED, DwellingUse.OWNED, DwellingUse.RENTED]))
        surname = self.names.person()[0]
        age = self.chance.randint(27, 60)
        self.person(home, Kinship.HEAD, age, surname=surname)
        if self.chance.random() < 0.85:
            self.person(home, Kinship.SPOUSE, age - self.chance.randint(-2, 5))
        if self.chance.random() < 0.7:
            self.person(home, Kinship.CHILD, max(1, age - self.chance.randint(24, 30)), surname=surname)
        if self.chance.random() < 0.3:
            self.person(home, Kinship.PARENT, age + self.chance.randint(22, 30), surname=surname)
        return home

    def person(
        self, home: Household, kinship: str, age: int, *, surname: str = "", draft: PersonDraft | None = None
    ) -> Person:
        """Register somebody of the age, with the family name where one is given."""
        return services.person_register(
            actor=SYSTEM,
            household_id=home.pk,
            draft=draft or self.draft(age, surname),
            kinship=kinship,
            lived_since=home.opened_on,
        )

    def draft(self, age: int, surname: str = "") -> PersonDraft:
        """Return somebody of the age."""
        name = self.names.person()
        born = self.today - timedelta(days=age * 365 + self.chance.randint(1, 360))
        return PersonDraft(
            name=f"{surname or name[0]}{name[1:]}",
            document_number=self.number(born),
            phone=self.names.phone() if age >= 12 else "",
            population_type="floating" if self.chance.random() < 0.15 else "registered",
        )

    def number(self, born: date) -> str:
        """Return the number of a resident ID card that nobody holds."""
        body = f"{NO_PLACE}{born:%Y%m%d}{next(self.serial) % 1000:03d}"
        return body + str(ric.calc_check_digit(body + "0"))

    def _rooms(self, buildings: Sequence[Building]) -> Iterator[tuple[Building, str, str]]:
        for floor in range(1, _FLOORS + 1):
            for building in buildings:
                for door in (1, 2):
                    yield building, "1", f"{floor}0{door}"


def _move_and_grow(town: _Town, households: Sequence[Household]) -> None:
    """Give some files a history: a birth, a death, a grown child who moves out, one registered elsewhere."""
    first, second, third = (_people(household) for household in households[:3])
    born = town.today - timedelta(days=40)
    baby = PersonDraft(name=f"{first[0].name[0]}小满", document_kind=DocumentKind.NONE, birth_date=born)
    services.person_born(actor=SYSTEM, mother_id=first[-1].pk, draft=baby, kinship=Kinship.GRANDCHILD)
    if len(second) > 1:
        services.person_die(
            actor=SYSTEM,
            person_id=second[0].pk,
            effective_on=town.today - timedelta(days=90),
            successor_id=second[1].pk,
        )
    if len(third) > 1:
        services.household_split(
            actor=SYSTEM,
            household_id=households[2].pk,
            person_ids=[third[-1].pk],
            head_id=third[-1].pk,
            effective_on=town.today - timedelta(days=20),
            dwelling_id=town.home().dwelling_id,
        )
    for household, kept_in in zip(households[4:7], households[7:10], strict=True):
        for person in _people(household)[-1:]:
            services.registered_household_set(actor=SYSTEM, person_id=person.pk, household_id=kept_in.pk)


def _go_wrong(town: _Town, households: Sequence[Household]) -> None:
    """Leave something of every kind in the list of what does not fit, and a file that is there twice."""
    town.person(households[10], Kinship.HEAD, 45)
    town.person(town.home(), Kinship.CHILD, 30)
    full = town.home(DwellingUse.RENTED, _SMALL)
    for number in range(_SMALL // 5 + 1):
        town.person(full, Kinship.NOT_KIN if number else Kinship.HEAD, 25 + number)
    town.person(town.home(DwellingUse.VACANT), Kinship.HEAD, 66)
    empty = town.home()
    services.household_close(actor=SYSTEM, household_id=empty.pk)
    services.dwelling_report(
        actor=SYSTEM, dwelling_id=empty.dwelling_id or 0, lived_in=True, reported_on=town.today
    )
    known = _people(households[11])[0]
    twice = PersonDraft(
        name=known.name,
        document_kind=DocumentKind.NONE,
        birth_date=known.birth_date,
        phone=town.names.phone(),
    )
    town.person(households[12], Kinship.OTHER_KIN, 0, draft=twice)


def _people(household: Household) -> list[Person]:
    return list(Person.objects.present().filter(household=household).order_by("pk"))
