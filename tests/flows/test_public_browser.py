"""A resident's phone in a real Chromium: position, photos, copying; axe finds nothing on any page."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from playwright.sync_api import Page, expect

from core.actor import SYSTEM
from grids.services.qr import qr_issue, token_for
from incidents.models import Incident, Photo
from incidents.rules.vocabulary import State, Verb
from tests.factories.incidents import GARBAGE, do, small_city
from tests.factories.pictures import picture
from tests.flows.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def fresh(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


def sound(page: Page) -> None:
    """Check that axe finds nothing and nothing sticks out sideways."""
    page.wait_for_load_state("networkidle")
    found = Axe().run(page).response["violations"]
    assert [(page.url, each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), page.url


def stand_at(page: Page, longitude: float, latitude: float) -> None:
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": longitude, "latitude": latitude})
    page.locator("[data-locate-button]").click()


def test_position_outside_asks_for_the_street_and_inside_goes_on(open_page: Any) -> None:
    city = small_city()
    page = open_page(None, "/", PHONE)
    sound(page)
    page.goto("/report-problem/")
    sound(page)
    stand_at(page, 116.39, 39.9)
    expect(page.locator(".error-summary")).to_contain_text("不在本地任何网格内")
    page.get_by_role("link", name=city.streets[1].name).click()
    page.get_by_role("link", name=city.communities[2].name).click()
    sound(page)
    page.goto("/report-problem/where/")
    stand_at(page, 120.005, 26.005)
    expect(page.get_by_text(city.grids[0].name)).to_be_visible()


def test_resident_reports_by_code_and_judges_the_result(open_page: Any) -> None:
    city = small_city()
    code = qr_issue(actor=SYSTEM, grid_id=city.grids[0].pk, building_id=city.buildings[0].pk)
    page = open_page(None, f"/q/{token_for(code)}/", PHONE)
    sound(page)
    page.locator(f"button[value='{GARBAGE}']").first.click()
    page.locator("input[type=file]").nth(1).set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture(size=(900, 700))}
    )
    expect(page.locator("canvas")).to_be_visible()
    page.get_by_label("发生了什么").fill("楼下垃圾没人收")
    sound(page)
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("电话").fill("12")
    page.get_by_role("button", name="下一步").click()
    expect(page.locator(".error-summary")).to_contain_text("不像电话号码")
    sound(page)
    page.get_by_label("电话").fill("13800001234")
    page.get_by_role("button", name="下一步").click()
    sound(page)
    page.get_by_role("button", name="提交").dblclick()
    expect(page.get_by_role("heading", name="我们收到了")).to_be_visible()
    sound(page)
    incident = Incident.objects.get()
    assert Photo.objects.count() == 1

    do(city, "grid_worker", incident, Verb.SIGN)
    do(city, "grid_worker", incident, Verb.FINISH, note="已清运")
    page.get_by_role("link", name="查进度").click()
    sound(page)
    page.get_by_role("link", name="不满意").click()
    page.get_by_label("哪里还没办好").fill("还有一半")
    sound(page)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", name="重新处理")).to_be_visible()
    assert Incident.objects.get().state == State.RECTIFYING
