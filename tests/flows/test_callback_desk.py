"""The telephone desk by keyboard alone, a resident's one-time link on a phone, and axe on both."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Page, expect

from incidents.links import verdict_token
from incidents.models import Incident, VerdictReason, VerdictRound
from incidents.rules.vocabulary import State, Verb
from tests.factories.incidents import SmallCity, do, make_incident
from tests.flows.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SERIOUS = {"serious", "critical"}


@pytest.fixture(autouse=True)
def fresh() -> None:
    cache.clear()


def finished(city: SmallCity, **values: Any) -> Incident:
    incident = make_incident(city, reporter_phone="13900001111", reporter_name="王小明", **values)
    do(city, "grid_worker", incident, Verb.SIGN)
    return do(city, "grid_worker", incident, Verb.FINISH, note="已清运两车，现场恢复整洁。")


def link_of(incident: Incident) -> str:
    asked = VerdictRound.objects.get(incident=incident, closed_at=None)
    return reverse("verdict", args=[verdict_token(asked.pk)])


def serious_faults(page: Page) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{fault['id']}: {fault['nodes'][0]['target']}" for fault in found if fault["impact"] in SERIOUS]


def tab_to(page: Page, wanted: str) -> None:
    for _press in range(30):
        if page.evaluate(f"document.activeElement?.matches({wanted!r})"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(wanted)


def test_the_keyboard_alone_rings_and_records(city: SmallCity, open_page: Callable[..., Page]) -> None:
    first, second = finished(city), finished(city)
    page = open_page(city["street_staff"], reverse("callbacks"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{first.number}/")
    page.keyboard.press("b")
    expect(page.get_by_role("link", name="13900001111")).to_be_focused()
    tab_to(page, "input[name=verdict]")
    page.keyboard.press("Space")
    page.keyboard.press("y")
    page.wait_for_url(f"**{reverse('callbacks')}")
    assert Incident.objects.get(pk=first.pk).state == State.EVALUATED
    expect(page.locator("[data-queue-row]")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{second.number}/")
    page.keyboard.press("b")
    expect(page.get_by_role("link", name="13900001111")).to_be_focused()
    tab_to(page, "input[name=outcome]")
    page.keyboard.press("Space")
    page.keyboard.press("n")
    page.wait_for_url(f"**{reverse('callbacks')}")
    assert VerdictRound.objects.get(incident=second).attempts == 1


def test_a_resident_answers_by_the_link_on_a_phone(city: SmallCity, open_page: Callable[..., Page]) -> None:
    incident = finished(city)
    reason = VerdictReason.objects.order_by("order").first()
    assert reason is not None
    page = open_page(None, link_of(incident), PHONE)
    page.get_by_text("不满意", exact=True).first.click()
    page.locator("summary").click()
    page.get_by_text(reason.name).click()
    assert serious_faults(page) == []
    page.locator("main button[type=submit]").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("谢谢")
    assert VerdictRound.objects.get(incident=incident).reason_codes == [reason.code]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_pages_are_accessible(
    city: SmallCity, open_page: Callable[..., Page], size: dict[str, int]
) -> None:
    incident = finished(city)
    main, same, other = (make_incident(city) for _each in range(3))
    do(city, "grid_worker", other, Verb.MERGE, main=main.number)
    visits = [
        (city["street_staff"], reverse("callbacks")),
        (city["street_staff"], f"{reverse('callbacks')}?later=1"),
        (city["street_staff"], reverse("callback", args=[incident.number])),
        (city["street_staff"], f"{reverse('repeats')}?by=grid"),
        (city["grid_worker"], reverse("incident", args=[same.number])),
        (city["grid_worker"], reverse("incident", args=[main.number])),
        (city["grid_worker"], reverse("incident", args=[other.number])),
        (None, link_of(incident)),
    ]
    faults = {path: serious_faults(open_page(user, path, size)) for user, path in visits}
    assert {path: found for path, found in faults.items() if found} == {}
