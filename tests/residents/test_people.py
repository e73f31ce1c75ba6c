"""Registering and correcting people: sealed numbers, one file each, only within one's own area."""

import json
from datetime import date
from typing import Any

import pytest
from django.db import connection

from core.actor import SYSTEM, Actor
from core.errors import Conflict, Denied, DomainError, Invalid, Missing
from organizations.choices import Role
from residents.models import Household, Person, ResidentEvent
from residents.rules.documents import DocumentKind
from residents.rules.people import PersonDraft
from residents.sealing import document_mark, open_document, open_phone, phone_tail_mark
from residents.services import person_correct, person_register
from tests.factories.grids import make_building, make_grid
from tests.factories.organizations import make_city, make_community, make_department, make_street, make_user
from tests.factories.residents import make_household, make_person, resident_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Any:
    city = make_city()
    street = make_street(city)
    community, other = make_community(street), make_community(street)
    grid, other_grid = make_grid(community), make_grid(other)
    building = make_building(grid)
    return {
        "city": city,
        "street": street,
        "community": community,
        "other": other,
        "grid": grid,
        "other_grid": other_grid,
        "building": building,
        "household": make_household(building),
    }


def register(town: Any, actor: Actor = SYSTEM, **parts: Any) -> Person:
    household: Household = parts.pop("household", town["household"])
    given = {"name": "林一", "document_number": resident_id(), "phone": "13800001234"} | parts
    return person_register(actor=actor, household_id=household.pk, draft=PersonDraft(**given))


def test_numbers_are_sealed_and_found_by_their_marks(town: Any) -> None:
    number = resident_id()
    person = register(town, document_number=number)
    assert open_document(person) == number
    assert open_phone(person) == "13800001234"
    assert Person.objects.get(phone_tail_mark=phone_tail_mark("13900001234")) == person
    assert (
        Person.objects.get(document_mark=document_mark(DocumentKind(person.document_kind), number)) == person
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(p)::text FROM residents_person p WHERE id = %s", [person.pk])
        row = cursor.fetchone()
    assert number not in row[0]
    assert "13800001234" not in row[0]


def test_a_person_stands_where_the_household_stands(town: Any) -> None:
    person = register(town)
    assert (person.building, person.grid, person.community, person.street) == (
        town["building"],
        town["grid"],
        town["community"],
        town["street"],
    )
    assert (person.pinyin, person.initials) == ("linyi", "ly")
    event = ResidentEvent.objects.get(person=person)
    assert (event.verb, event.household) == ("registered", town["household"])


def test_one_document_is_one_file(town: Any) -> None:
    first = register(town)
    with pytest.raises(Conflict) as refused:
        register(town, document_number=open_document(first))
    assert (refused.value.code, refused.value.field) == ("document_taken", "document_number")


@pytest.mark.parametrize(
    ("parts", "field"),
    [({"name": "  "}, "name"), ({"document_number": "123"}, "document_number"), ({"phone": "1"}, "phone")],
)
def test_what_cannot_be_taken_is_refused_at_its_field(town: Any, parts: Any, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        register(town, **parts)
    assert refused.value.field == field
    assert not Person.objects.exists()


def test_a_correction_names_its_fields_and_nothing_personal(town: Any) -> None:
    person = make_person(town["household"], "林一", phone="13800001234")
    number = open_document(person)
    draft = PersonDraft(name="林义", document_number=number, phone="13900005678")
    person_correct(actor=SYSTEM, person_id=person.pk, draft=draft, version=1)
    person.refresh_from_db()
    event = ResidentEvent.objects.get(person=person, verb="corrected")
    assert event.data == {"fields": ["name", "phone"]}
    assert "13900005678" not in json.dumps(event.data)
    assert person.field_sources.keys() == {"name", "phone"}
    with pytest.raises(Conflict):
        person_correct(actor=SYSTEM, person_id=person.pk, draft=draft, version=1)


def test_saving_without_a_change_writes_nothing(town: Any) -> None:
    person = make_person(town["household"], "林一")
    draft = PersonDraft(name="林一", document_number=open_document(person))
    person_correct(actor=SYSTEM, person_id=person.pk, draft=draft)
    person.refresh_from_db()
    assert person.version == 1
    assert not ResidentEvent.objects.filter(verb="corrected").exists()


ROLES: list[tuple[str, str, bool, type[DomainError] | None]] = [
    (Role.CITY_GRID_OFFICE, "city", True, None),
    (Role.STREET_STAFF, "street", True, None),
    (Role.COMMUNITY_STAFF, "community", True, None),
    (Role.GRID_WORKER, "grid", True, None),
    (Role.COMMUNITY_STAFF, "other", False, Missing),
    (Role.GRID_WORKER, "other_grid", False, Missing),
    (Role.DEPARTMENT_OFFICER, "department", False, Missing),
    (Role.SYSTEM_ADMINISTRATOR, "city", False, Missing),
    (Role.SECURITY_ADMINISTRATOR, "city", False, Missing),
    (Role.AUDITOR, "city", True, Denied),
]


@pytest.mark.parametrize(("role", "where", "sees", "refused"), ROLES)
def test_who_sees_and_who_registers(
    town: Any, role: str, where: str, sees: bool, refused: type[DomainError] | None
) -> None:
    town["department"] = make_department(town["city"])
    person = make_person(town["household"])
    place = town[where]
    grid = place if role == Role.GRID_WORKER else None
    user = make_user(role, grid.community if grid else place, grid)
    assert Person.objects.visible_to(user).filter(pk=person.pk).exists() is sees
    assert Household.objects.visible_to(user).filter(pk=person.household_id).exists() is sees
    assert ResidentEvent.objects.visible_to(user).filter(person=person).exists() is sees
    if refused is None:
        register(town, Actor.of(user))
    else:
        with pytest.raises(refused):
            register(town, Actor.of(user))


def test_a_building_head_sees_the_building_alone(town: Any) -> None:
    head = make_user(Role.BUILDING_HEAD, town["community"], building=town["building"])
    mine = make_person(town["household"])
    make_person(make_household(make_building(town["grid"])))
    assert list(Person.objects.visible_to(head)) == [mine]


def test_nobody_lives_in_a_household_before_it_was(town: Any) -> None:
    with pytest.raises(Invalid) as refused:
        person_register(
            actor=SYSTEM,
            household_id=town["household"].pk,
            draft=PersonDraft(name="林一", document_number=resident_id()),
            lived_since=date(2019, 1, 1),
        )
    assert refused.value.code == "since_before_household"
