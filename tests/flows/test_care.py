"""The pages of care on a desktop and on a phone: nothing sticks out, and axe finds nothing serious."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from tests.factories.care import ORDINARY, SENSITIVE, make_help, make_tag
from tests.factories.organizations import make_department
from tests.factories.resident_town import make_town
from tests.flows.conftest import DESKTOP, PHONE
from tests.flows.test_axe import serious_faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_pages_of_care_fit_and_are_accessible(open_page: Callable[..., Page], size: dict[str, int]) -> None:
    town = make_town()
    user = town.user()
    for code in (ORDINARY, SENSITIVE):
        make_tag(town.head, code, note_text="每月一次")
    help_id = make_help(town.head, user, make_department(town.city, name="民政局")).pk
    person = [town.head.pk]
    pages = [
        reverse("residents:care"),
        reverse("residents:care-mine"),
        reverse("residents:care-reviews") + "?show=all",
        reverse("residents:care-kind", args=[ORDINARY]),
        reverse("residents:care-kind", args=[SENSITIVE]),
        reverse("residents:person", args=person),
        reverse("residents:household", args=[town.household.pk]),
        reverse("residents:tag-give", args=person),
        reverse("residents:tags-show", args=person),
        reverse("residents:helper-set", args=person),
        reverse("residents:care-contact", args=[help_id]),
    ]
    for address in pages:
        page = open_page(user, address, size)
        assert serious_faults(page) == [], address
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"], address
        page.close()
