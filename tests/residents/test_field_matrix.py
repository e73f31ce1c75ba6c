"""Who sees which field of whom: every role, at its own place and elsewhere, through every entrance alike.

One person with a name, a document and a phone. A role either sees name and masked numbers everywhere, or
nothing anywhere; whole numbers are shown on one page only, to those who may ask for them.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from organizations.choices import Role
from organizations.models import User
from residents.models import Person
from residents.sealing import open_document
from residents.services.requests import subject_request_record
from tests.factories.organizations import make_department, make_user
from tests.factories.resident_town import Town, make_town
from tests.factories.residents import make_person

pytestmark = pytest.mark.django_db
NAME, PHONE, MASKED = "欧阳试验", "13700021234", "137****1234"

# Role, whether their post is at the person's place, whether they see the person, and may see numbers.
ROLES = [
    (Role.GRID_WORKER, True, True, True),
    (Role.COMMUNITY_STAFF, True, True, True),
    (Role.STREET_STAFF, True, True, True),
    (Role.CITY_GRID_OFFICE, True, True, True),
    (Role.AUDITOR, True, True, False),
    (Role.GRID_WORKER, False, False, False),
    (Role.COMMUNITY_STAFF, False, False, False),
    (Role.DEPARTMENT_OFFICER, False, False, False),
    (Role.DEPARTMENT_LEADER, False, False, False),
    (Role.SECURITY_ADMINISTRATOR, False, False, False),
    (Role.SYSTEM_ADMINISTRATOR, False, False, False),
]
# Entrance, and whether it shows numbers at all.
ENTRANCES: dict[str, tuple[Callable[[Person], str], bool]] = {
    "household page": (lambda person: reverse("residents:household", args=[person.household_id]), True),
    "person page": (lambda person: reverse("residents:person", args=[person.pk]), True),
    "question before numbers": (lambda person: reverse("residents:person-reveal", args=[person.pk]), False),
    "search by name": (lambda person: f"{reverse('residents:search')}?q={NAME}", True),
    "search by phone": (lambda _person: reverse("residents:search"), True),
    "list of households": (lambda person: reverse("residents:households"), False),
    "list of requests": (lambda person: reverse("residents:requests"), False),
    "admin list": (lambda person: f"{reverse('admin:residents_person_changelist')}?q={NAME}", False),
    "admin list of requests": (lambda person: reverse("admin:residents_subjectrequest_changelist"), False),
    "admin page": (lambda person: reverse("admin:residents_person_change", args=[person.pk]), False),
}


def user_of(town: Town, role: Role, here: bool) -> User:
    if role in {Role.DEPARTMENT_OFFICER, Role.DEPARTMENT_LEADER}:
        return make_user(role, make_department(town.city))
    if role in {Role.SECURITY_ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR}:
        return make_user(role, town.city)
    return town.user(role, there=not here)


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize(("role", "here", "sees", "reveals"), ROLES)
def test_every_entrance_agrees(town: Town, role: Role, here: bool, sees: bool, reveals: bool) -> None:
    person = make_person(town.near, NAME, phone=PHONE)
    subject_request_record(actor=town.actor(), person_id=person.pk, kind="see")
    user = user_of(town, role, here)
    client = client_of(user)
    assert Person.objects.visible_to(user).filter(pk=person.pk).exists() == sees
    number = open_document(person)
    for name, (address, with_numbers) in ENTRANCES.items():
        # Numbers are sent in the body, so that no address holds one.
        typed_in = {"q": PHONE} if name == "search by phone" else None
        page = (
            client.post(address(person), typed_in) if typed_in else client.get(address(person), follow=True)
        )
        # What was typed into the box stays in it; only the answer counts.
        typed = (f'value="{NAME}"', f'value="{PHONE}"')
        text = page.content.decode()
        for each in typed:
            text = text.replace(each, "")
        shown = page.status_code == 200 and NAME in text
        enters = not (name.startswith("admin") and role == Role.GRID_WORKER)  # who works in the street
        expected = reveals if name == "question before numbers" else sees and enters
        assert shown == expected, f"{name}: {page.status_code}"
        assert (MASKED in text) == (sees and with_numbers), name
        for secret in (number, PHONE, person.document_sealed, person.phone_sealed):
            assert secret not in text, name
    asked = {"fields_wanted": ["phone", "document"], "purpose": "contact", "words": "通知体检"}
    answer = client.post(reverse("residents:person-reveal", args=[person.pk]), asked).content.decode()
    assert (number in answer, PHONE in answer) == (reveals, reveals)


@pytest.fixture
def town() -> Town:
    return make_town()


def test_nobody_without_an_account_sees_anything(town: Town) -> None:
    person = make_person(town.near, NAME, phone=PHONE)
    for name, (address, _numbers) in ENTRANCES.items():
        page = Client().get(address(person))
        assert page.status_code in {302, 401, 403, 404}, name
