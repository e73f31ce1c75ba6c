"""A resident's anonymous report on a telephone, by hand and by keyboard."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from incidents.models import Incident
from tests.factories.incidents import CONDUCT, SmallCity
from tests.flows.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sound(page: Page) -> None:
    """Check that axe finds nothing and nothing sticks out sideways."""
    page.wait_for_load_state("networkidle")
    found = Axe().run(page).response["violations"]
    assert [(page.url, each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_anonymous_complaint_on_a_telephone(city: SmallCity, open_page: Callable[..., Page]) -> None:
    accused = city.departments["D38"]
    page = open_page(None, "/report-problem/", PHONE)
    page.get_by_role("link", name=city.streets[0].name).click()
    page.get_by_role("link", name=city.communities[0].name).click()
    page.get_by_role("button", name=city.grids[0].name).click()
    page.locator("summary, a, button").filter(has_text="党群与意见建议").first.click()
    page.locator(f"button[name=category][value='{CONDUCT}']").click()
    page.locator("textarea[name=description]").fill("窗口工作人员推诿扯皮，三次都说系统坏了。")
    page.locator("select[name=accused]").select_option(str(accused.pk))
    sound(page)
    page.get_by_role("button", name="下一").click()

    expect(page.locator("input[name=phone]")).to_be_visible()
    page.locator("input[name=anonymous]").focus()
    page.keyboard.press("Space")
    expect(page.locator("input[name=phone]")).to_be_hidden()
    sound(page)
    page.get_by_role("button", name="下一").click()

    expect(page.locator("main")).to_contain_text(accused.name)
    expect(page.locator("main")).to_contain_text("匿名")
    sound(page)
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#receipt-code")).to_be_visible()
    expect(page.locator("main")).to_contain_text("匿名")
    sound(page)
    incident = Incident.objects.get()
    assert (incident.is_anonymous, incident.accused_organization) == (True, accused)
