"""Every page of the files: who sees it, every form that changes something, and what it costs."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.actor import SYSTEM
from organizations.choices import Role
from organizations.models import User
from residents.models import Household, MergeRecord, Mismatch, Person
from residents.rules.documents import DocumentKind
from residents.sealing import open_document
from residents.services import person_leave, person_move, registered_household_set
from residents.views.steps import HOUSEHOLD_STEPS, PERSON_STEPS
from tests.factories.resident_town import Town, fresh, make_town
from tests.factories.residents import make_dwelling, make_household, make_person, resident_id

pytestmark = pytest.mark.django_db
BUDGETS: dict[str, int] = json.loads((Path(__file__).parents[1] / "query_counts.json").read_text())
DAY = "2024-06-01"


@pytest.fixture
def town() -> Town:
    return make_town()


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


LISTS = ("households", "apart", "doubles", "mismatches")


@pytest.mark.parametrize("role", [Role.GRID_WORKER, Role.COMMUNITY_STAFF, Role.STREET_STAFF, Role.AUDITOR])
@pytest.mark.parametrize("name", LISTS)
def test_lists_show_what_one_sees(town: Town, name: str, role: str) -> None:
    registered_household_set(actor=SYSTEM, person_id=town.child.pk, household_id=town.near.pk)
    make_household(town.building)
    make_person(town.near, town.head.name, birth_date=town.head.birth_date, phone="13800001111")
    page = client_of(town.user(role)).get(reverse(f"residents:{name}"))
    assert page.status_code == 200
    assert page.context["rows"]
    there = client_of(town.user(there=True)).get(reverse(f"residents:{name}")).content.decode()
    assert town.head.name not in there
    assert town.child.name not in there


@pytest.mark.parametrize("name", LISTS)
def test_departments_have_no_such_page(town: Town, name: str) -> None:
    client = client_of(town.user(Role.COMMUNITY_STAFF))
    assert client.get(reverse(f"residents:{name}")).status_code == 200
    stranger = client_of(User.objects.create_user("nobody", password="Tower-Bridge-1"))
    assert stranger.get(reverse(f"residents:{name}")).status_code == 404


def given_for(town: Town, kind: str, step: str) -> dict[str, Any]:
    """Return what a person fills into the form of the step."""
    new = {
        "name": "王五",
        "document_kind": DocumentKind.RESIDENT_ID.value,
        "document_number": resident_id(),
        "population_type": "registered",
    }
    dwelling = make_dwelling(town.building)
    forms: dict[tuple[str, str], dict[str, Any]] = {
        ("person", "correct"): {
            "name": "林叁",
            "document_kind": "resident_id",
            "population_type": "floating",
        },
        ("person", "move"): {"household": town.near.pk, "household_words": "邻", "kinship": "head"},
        ("person", "leave"): {"where": "厦门"},
        ("person", "return"): {"household": town.near.pk, "household_words": "邻", "kinship": "head"},
        ("person", "registered"): {"household": town.near.pk, "household_words": "邻"},
        ("person", "died"): {},
        ("person", "undo"): {"reason": "记错了"},
        ("household", "register"): {**new, "kinship": "other_kin", "lived_since": DAY},
        ("household", "take-in"): {
            "document_kind": "resident_id",
            "document_number": open_document(make_person(town.far, "赵六")),
            "kinship": "other_kin",
        },
        ("household", "born"): {
            "mother": town.spouse.pk,
            "name": "林四",
            "document_kind": "none",
            "birth_date": DAY,
            "population_type": "registered",
        },
        ("household", "head"): {"person": town.spouse.pk},
        ("household", "move"): {"dwelling": dwelling.pk, "dwelling_words": str(dwelling)},
        ("household", "split"): {"people": [town.child.pk], "head": town.child.pk},
        ("household", "join"): {
            "household": town.near.pk,
            "household_words": "邻",
            **{f"kinship_{each.pk}": "other_kin" for each in (town.head, town.spouse, town.child)},
        },
        ("household", "dwelling"): {"unit": "2", "room": "202", "use": "rented", "area": "60"},
        ("household", "close"): {},
    }
    return {"effective_on": DAY, **forms[kind, step]}


STEPS = [("person", step) for step in PERSON_STEPS] + [("household", step) for step in HOUSEHOLD_STEPS]


@pytest.mark.parametrize(("kind", "step"), STEPS)
def test_every_form_changes_the_file_once_and_only_for_who_may(town: Town, kind: str, step: str) -> None:
    subject: Person | Household = town.child if kind == "person" else town.household
    if step == "return":
        person_leave(actor=SYSTEM, person_id=town.child.pk, effective_on=date(2023, 1, 1))
    if step == "undo":
        person_move(
            actor=SYSTEM,
            person_id=town.child.pk,
            household_id=town.near.pk,
            effective_on=date(2023, 1, 1),
            kinship="head",
        )
    if step == "close":
        subject = town.near
    subject = fresh(subject)
    address = reverse(f"residents:{kind}-do", args=[subject.pk, step])
    given = given_for(town, kind, step) | {"version": subject.version}
    assert client_of(town.user(there=True)).post(address, given).status_code == 404
    assert client_of(town.user(Role.AUDITOR)).post(address, given).status_code == 403
    client = client_of(town.user(Role.GRID_WORKER))
    assert client.get(address).status_code == 200
    assert client.post(address, {}).status_code == 422
    answer = client.post(address, given)
    assert answer.status_code == 302, answer.context["form"].errors
    assert client.get(answer.headers["Location"]).status_code == 200


def test_a_refusal_stands_at_its_field_and_an_old_form_is_refused(town: Town) -> None:
    client = client_of(town.user())
    address = reverse("residents:person-do", args=[town.child.pk, "move"])
    given = given_for(town, "person", "move") | {"effective_on": "2010-01-01"}
    answer = client.post(address, given)
    assert answer.status_code == 422
    assert "effective_on" in answer.context["form"].errors
    given = given_for(town, "person", "move") | {"version": 99}
    assert client.post(address, given).status_code == 409


def test_a_correction_keeps_numbers_that_were_left_empty(town: Town) -> None:
    number = open_document(town.child)
    client = client_of(town.user())
    address = reverse("residents:person-do", args=[town.child.pk, "correct"])
    assert number not in client.get(address).content.decode()
    client.post(address, given_for(town, "person", "correct"))
    child = fresh(town.child)
    assert (child.name, open_document(child)) == ("林叁", number)


def test_places_are_found_by_typing(town: Town) -> None:
    client = client_of(town.user(Role.GRID_WORKER))
    words = f"{town.building.name} {town.household.dwelling.room}"
    for what in ("households", "dwellings", "buildings"):
        address = reverse(f"residents:suggest-{what}")
        asked = town.building.name if what == "buildings" else words
        assert "data-value" in client.get(address, {"q": asked}).content.decode()
        other = client_of(town.user(there=True)).get(address, {"q": asked}).content.decode()
        assert "data-value" not in other


def test_a_household_is_opened_where_there_was_no_dwelling(town: Town) -> None:
    client = client_of(town.user(Role.GRID_WORKER))
    given = {
        "building": town.building.pk,
        "building_words": town.building.name,
        "unit": "3",
        "room": "909",
        "use": "owned",
        "kind": "family",
        "opened_on": DAY,
    }
    answer = client.post(reverse("residents:settle"), given)
    assert answer.status_code == 302
    made = Household.objects.latest("pk")
    assert (made.dwelling.room, made.grid) == ("909", town.grid)


def test_a_mismatch_is_confirmed_on_its_page(town: Town) -> None:
    mismatch = Mismatch.objects.get(kind="nobody", household=town.near)
    address = reverse("residents:mismatch-confirm", args=[mismatch.pk])
    given = {"reason": "正在装修", "until": (clock.today() + timedelta(days=30)).isoformat()}
    assert client_of(town.user(there=True)).post(address, given).status_code == 404
    assert client_of(town.user(Role.AUDITOR)).post(address, given).status_code == 403
    client = client_of(town.user(Role.GRID_WORKER))
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": "", "until": ""}).status_code == 422
    assert client.post(address, given).status_code == 302
    assert fresh(mismatch).state == "confirmed"
    shown = client.get(reverse("residents:mismatches"), {"state": "confirmed"}).content.decode()
    assert "正在装修" in shown


def test_two_files_are_compared_merged_and_separated(town: Town) -> None:
    double = make_person(
        town.near,
        town.child.name,
        birth_date=town.child.birth_date,
        document_kind=DocumentKind.NONE,
        phone="13800001111",
    )
    client = client_of(town.user())
    page = client.get(reverse("residents:person", args=[town.child.pk])).content.decode()
    assert reverse("residents:person-merge", args=[town.child.pk, double.pk]) in page
    address = reverse("residents:person-merge", args=[town.child.pk, double.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": "同一人"}).status_code == 302
    record = MergeRecord.objects.get()
    page = client.get(reverse("residents:person", args=[town.child.pk])).content.decode()
    assert "同一人" in page
    assert client.post(reverse("residents:merging-undo", args=[record.pk])).status_code == 302
    assert fresh(double).state == "living"
    client.post(reverse("residents:person-distinct", args=[town.child.pk, double.pk]))
    page = client.get(reverse("residents:doubles"))
    assert not page.context["rows"]


def cost(user: User, name: str, *args: int) -> int:
    client = client_of(user)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse(f"residents:{name}", args=args)).status_code == 200
    return len(queries)


def costs(town: Town, user: User) -> dict[str, int]:
    found = {f"residents/{name}": cost(user, name) for name in LISTS}
    found["residents/household"] = cost(user, "household", town.household.pk)
    found["residents/person"] = cost(user, "person", town.head.pk)
    return found


def test_pages_cost_the_same_for_few_and_many(town: Town) -> None:
    user = town.user(Role.STREET_STAFF)
    _more(town, 2)
    few = costs(town, user)
    _more(town, 30)
    many = costs(town, user)
    assert few == many
    assert many == {name: BUDGETS.get(name) for name in many}


def _more(town: Town, times: int) -> None:
    for _time in range(times):
        person = make_person(town.household, "周七", kinship="other_kin", birth_date=date(1990, 1, 1))
        registered_household_set(actor=SYSTEM, person_id=person.pk, household_id=town.near.pk)
        make_household(town.building)
