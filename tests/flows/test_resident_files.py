"""The residents' files in a browser: axe finds nothing serious, all fits a phone, a move by hand."""

from collections.abc import Callable
from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from core.actor import SYSTEM
from organizations.choices import Role
from residents.models import Mismatch
from residents.rules.documents import DocumentKind
from residents.services import person_move, registered_household_set
from residents.views.steps import HOUSEHOLD_STEPS, PERSON_STEPS
from tests.factories.resident_town import Town, fresh, make_town
from tests.factories.residents import make_person
from tests.flows.conftest import DESKTOP, PHONE
from tests.flows.test_axe import serious_faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town() -> Town:
    town = make_town()
    registered_household_set(actor=SYSTEM, person_id=town.child.pk, household_id=town.near.pk)
    make_person(
        town.household,
        town.head.name,
        kinship="other_kin",
        birth_date=town.head.birth_date,
        document_kind=DocumentKind.NONE,
    )
    return town


def pages(town: Town) -> list[str]:
    """Return the address of every page of the files."""
    household, person = town.household.pk, town.head.pk
    mismatch = Mismatch.objects.get(household=town.near).pk
    lists = [
        reverse(f"residents:{name}") for name in ("households", "mismatches", "apart", "doubles", "settle")
    ]
    return [
        *lists,
        reverse("residents:mismatch-confirm", args=[mismatch]),
        reverse("residents:household", args=[household]),
        reverse("residents:person", args=[person]),
        *(reverse("residents:household-do", args=[household, step]) for step in HOUSEHOLD_STEPS),
        *(reverse("residents:person-do", args=[person, step]) for step in PERSON_STEPS),
    ]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_is_accessible_and_fits(
    town: Town, open_page: Callable[..., Page], size: dict[str, int]
) -> None:
    worker = town.user(Role.GRID_WORKER)
    faults = {}
    for path in pages(town):
        page = open_page(worker, path, size)
        found = serious_faults(page)
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append("wider than the screen")
        faults[path] = found
    assert {path: found for path, found in faults.items() if found} == {}


def test_a_worker_moves_somebody_by_typing_the_address(town: Town, open_page: Callable[..., Page]) -> None:
    path = reverse("residents:person-do", args=[town.child.pk, "move"])
    page = open_page(town.user(Role.GRID_WORKER), path, PHONE)
    assert town.near.dwelling is not None
    page.fill("input[name=household_words]", f"{town.building.name} {town.near.dwelling.room}")
    page.locator(".combo__option").first.click()
    page.select_option("select[name=kinship]", "head")
    page.locator(".action-bar button").click()
    page.locator(".toast").first.wait_for()
    assert fresh(town.child).household == town.near


def test_the_last_move_is_taken_back_from_the_persons_page(
    town: Town, open_page: Callable[..., Page]
) -> None:
    person_move(
        actor=SYSTEM,
        person_id=town.child.pk,
        household_id=town.near.pk,
        effective_on=date(2024, 1, 1),
        kinship="head",
    )
    path = reverse("residents:person", args=[town.child.pk])
    page = open_page(town.user(Role.GRID_WORKER), path, PHONE)
    page.locator(f"a[href*='{path}do/undo/']").click()
    page.fill("input[name=reason]", "记错了人")
    page.locator(".action-bar button").click()
    page.locator(".toast").first.wait_for()
    assert fresh(town.child).household == town.household
