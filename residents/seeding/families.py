"""Invented families: who lives together, how old, what they are called; the same chance, the same people."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml
from stdnum.cn import ric

from residents.choices import Kinship, PoliticalStatus, PopulationType
from residents.rules.documents import DocumentKind, Gender

_PARTS = Path(__file__).resolve().parent / "names.yaml"
# No Chinese mobile number begins with 142: nobody can be called by mistake.
PHONE_PREFIX = "142"
_DORMITORY = 12
# One person in so many has a name of the kind that breaks software.
_DOUBLE, _MINORITY, _FOREIGN, _RARE = 1 / 700, 1 / 900, 1 / 2500, 1 / 4000
_MEMBER_SHARE, _MEMBER_AGE = 0.07, 22
_PHONE_FROM_AGE = 12
_ADULT = 18
_MOST_A_DAY = 499  # three digits, odd for men and even for women


@dataclass(frozen=True, slots=True)
class Member:
    """One invented person."""

    name: str
    kinship: Kinship
    gender: Gender
    born: date
    document_kind: DocumentKind
    number: str
    phone: str
    population_type: PopulationType
    political_status: PoliticalStatus
    division: str


@dataclass(slots=True)
class Families:
    """An endless supply of households of given sizes, as of a day."""

    chance: random.Random
    division: str
    today: date
    _parts: dict[str, Any] = field(default_factory=dict)
    _orders: dict[tuple[str, date, Gender], int] = field(default_factory=dict)
    _phones: int = 0
    _passports: int = 0

    def __post_init__(self) -> None:
        """Read the parts of names."""
        self._parts = yaml.safe_load(_PARTS.read_text(encoding="utf-8"))

    def household(self, size: int) -> list[Member]:
        """Return the people of one household, its head first."""
        floating = self.chance.random() < 0.14
        if size >= _DORMITORY:
            return [self._colleague(number == 0) for number in range(size)]
        return list(self._family(size, floating))

    def _family(self, size: int, floating: bool) -> Iterator[Member]:
        pick = self.chance
        surname = self._surname()
        old = size <= 2 and pick.random() < 0.3
        age = pick.randint(62, 92) if old else pick.randint(24, 66)
        head = Gender.MALE if pick.random() < 0.68 else Gender.FEMALE
        yield self._person(Kinship.HEAD, head, age, surname, floating)
        left = size - 1
        if left and (size > 2 or pick.random() < 0.75):
            other = Gender.FEMALE if head is Gender.MALE else Gender.MALE
            years = max(21, age + pick.randint(-6, 4))
            yield self._person(Kinship.SPOUSE, other, years, self._surname(), floating)
            left -= 1
        elders = pick.randint(0, min(left, 2)) if age < 60 and left > 1 else 0
        for number in range(left):
            if number < elders:
                yield self._person(
                    Kinship.PARENT, self._any(), min(99, age + pick.randint(22, 32)), surname, floating
                )
            else:
                yield self._younger(age, surname, floating)

    def _younger(self, age: int, surname: str, floating: bool) -> Member:
        gap = self.chance.randint(21, 34)
        if age - gap >= 0:
            return self._person(Kinship.CHILD, self._any(), age - gap, surname, floating)
        return self._person(Kinship.SIBLING, self._any(), max(16, age - 3), surname, floating)

    def _colleague(self, first: bool) -> Member:
        kinship = Kinship.HEAD if first else Kinship.NOT_KIN
        return self._person(kinship, self._any(), self.chance.randint(18, 52), self._surname(), floating=True)

    def _person(self, kinship: Kinship, gender: Gender, age: int, surname: str, floating: bool) -> Member:
        pick = self.chance
        born = self.today - timedelta(days=age * 365 + age // 4 + pick.randint(0, 364))
        division = pick.choice(self._parts["origins"]) if floating else self.division
        name, foreign = self._name(gender, born, surname)
        kind, number, born = self._document(division, born, gender, foreign)
        member = age >= _MEMBER_AGE and not foreign and pick.random() < _MEMBER_SHARE
        return Member(
            name,
            kinship,
            gender,
            born,
            kind,
            number,
            self._phone(age),
            self._population_type(floating, foreign),
            PoliticalStatus.PARTY_MEMBER if member else PoliticalStatus.UNSTATED,
            "" if foreign else division,
        )

    @staticmethod
    def _population_type(floating: bool, foreign: bool) -> PopulationType:
        if foreign:
            return PopulationType.OVERSEAS
        return PopulationType.FLOATING if floating else PopulationType.REGISTERED

    def _name(self, gender: Gender, born: date, surname: str) -> tuple[str, bool]:
        draw = self.chance.random()
        for share, kind in ((_RARE, "rare"), (_FOREIGN, "foreign"), (_MINORITY, "minority")):
            if draw < share:
                return self.chance.choice(self._parts[f"{kind}_names"]), kind == "foreign"
            draw -= share
        era = next(era for era in self._parts["eras"] if born.year <= era["until"])
        return surname + self.chance.choice(era["male" if gender is Gender.MALE else "female"]), False

    def _surname(self) -> str:
        if self.chance.random() < _DOUBLE:
            return str(self.chance.choice(self._parts["double_surnames"]))
        return self.chance.choice(self._parts["surnames"])

    def _any(self) -> Gender:
        return Gender.MALE if self.chance.random() < 0.51 else Gender.FEMALE

    def _document(
        self, division: str, born: date, gender: Gender, foreign: bool
    ) -> tuple[DocumentKind, str, date]:
        if foreign:
            self._passports += 1
            return DocumentKind.PASSPORT, f"E{self._passports:08d}", born
        if self.today.year - born.year < 1 and self.chance.random() < 0.3:
            return DocumentKind.NONE, "", born
        while self._orders.get((division, born, gender), 0) >= _MOST_A_DAY:
            born -= timedelta(days=1)
        return DocumentKind.RESIDENT_ID, self._resident_id(division, born, gender), born

    def _resident_id(self, division: str, born: date, gender: Gender) -> str:
        """Return a number nobody else of this population has: counted per place, day and gender."""
        order = self._orders[division, born, gender] = self._orders.get((division, born, gender), 0) + 1
        body = f"{division}{born:%Y%m%d}{order * 2 - (gender is Gender.MALE):03d}"
        return body + ric.calc_check_digit(body + "0")

    def _phone(self, age: int) -> str:
        if age < _PHONE_FROM_AGE or self.chance.random() < (0.45 if age < _ADULT else 0.12):
            return ""
        self._phones += 1
        return f"{PHONE_PREFIX}{self._phones * 37 % 100_000_000:08d}"


def sizes(people: int, households: int, chance: random.Random) -> list[int]:
    """Return how many live in each household: everybody somewhere, nobody alone in two, a few dormitories."""
    if not households <= people:
        raise ValueError("each household needs somebody")
    found = [1] * households
    left = people - households
    for index in range(0, households, 900):  # dormitories
        if left >= _DORMITORY * 2:
            extra = chance.randint(_DORMITORY, _DORMITORY * 2)
            found[index] += extra
            left -= extra
    most = max(7, 3 * people // households)
    while left:
        index = chance.randrange(households)
        if found[index] < most:
            found[index] += 1
            left -= 1
    return found
