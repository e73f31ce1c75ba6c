"""Finding people: every way leads to the same person, only within one's own area."""

import random
from typing import Any

import pytest

from organizations.choices import Role
from residents.models import Person
from residents.rules.documents import DocumentKind
from residents.sealing import open_document
from residents.selectors.search import search
from tests.factories.grids import make_building, make_grid
from tests.factories.organizations import make_city, make_community, make_street, make_user
from tests.factories.residents import make_dwelling, make_household, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Any:
    city = make_city()
    street = make_street(city)
    here, there = make_community(street), make_community(street)
    building = make_building(make_grid(here), "12号楼")
    household = make_household(make_dwelling(building, unit="2单元", room="302"))
    other = make_household(make_building(make_grid(there), "9号楼"))
    return {
        "office": make_user(Role.CITY_GRID_OFFICE, city),
        "staff": make_user(Role.COMMUNITY_STAFF, here),
        "household": household,
        "somebody": make_person(household, "林建国", phone="13800001234"),
        "elsewhere": make_person(other, "林建国"),
        "other": other,
    }


def names(text: str, user: Any) -> list[int]:
    return [person.pk for person in search(text, user).people]


@pytest.mark.parametrize(
    "text", ["林建国", "建国", "林建", "林 国", "linjianguo", "lin jian", "ljg", "LJG", "林 12号楼", "林"]
)
def test_a_name_is_found_by_any_part_of_it(town: Any, text: str) -> None:
    assert names(text, town["staff"]) == [town["somebody"].pk]
    expected = {town["somebody"].pk} if "楼" in text else {town["somebody"].pk, town["elsewhere"].pk}
    assert set(names(text, town["office"])) == expected


@pytest.mark.parametrize("text", ["13800001234", "138 0000 1234", "1234"])
def test_a_phone_is_found_whole_or_by_its_last_four(town: Any, text: str) -> None:
    assert names(text, town["office"]) == [town["somebody"].pk]


def test_a_document_is_found_whole_only(town: Any) -> None:
    number = open_document(town["somebody"])
    assert names(number, town["office"]) == [town["somebody"].pk]
    assert names(number.lower(), town["staff"]) == [town["somebody"].pk]
    assert names(number[:-1], town["office"]) == []
    passport = make_person(
        town["household"], "Maria Garcia", document_kind=DocumentKind.PASSPORT, document_number="e1234567"
    )
    assert names("E1234567", town["staff"]) == [passport.pk]
    assert names("maria", town["staff"]) == [passport.pk]


@pytest.mark.parametrize("text", ["12号楼 302", "12号楼", "12号楼 2单元 302"])
def test_a_place_leads_to_its_dwelling(town: Any, text: str) -> None:
    assert [home.pk for home in search(text, town["staff"]).dwellings] == [town["household"].dwelling_id]
    assert search("9号楼", town["staff"]).is_empty


def test_rare_characters_and_nonsense(town: Any) -> None:
    rare = make_person(town["household"], "林𠅤䶮")
    assert names("𠅤䶮", town["staff"]) == [rare.pk]
    assert names("𠅤", town["staff"]) == []  # one character is a beginning
    for text in ("", "  ", "%", "_", "'; --", "\\", "1", "()"):
        assert search(text, town["staff"]).is_empty


def test_any_question_finds_what_a_plain_reading_finds(town: Any) -> None:
    chance = random.Random(5)
    signs = "林建国伟明·阿"
    for number in range(60):
        make_person(
            town["other"], "".join(chance.choices(signs, k=chance.randint(2, 4))) + "一" * (number % 2)
        )
    everybody = list(Person.objects.all())
    for _ in range(60):
        word = "".join(chance.choices(signs, k=chance.randint(2, 3)))
        expected = {person.pk for person in everybody if word in person.name}
        assert set(names(word, town["office"])) == expected, word
