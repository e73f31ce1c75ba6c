"""A call at the hotline desk, from the first digit to the number read out, without a mouse."""

from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from core.actor import RESIDENT
from incidents.models import DeskDraft, Incident, IncidentEvent
from incidents.rules.vocabulary import Channel
from incidents.services import Report, incident_file
from tests.factories.staff_scene import Scene, make_scene

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = "13805930001"


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def focused(page: Page, name: str) -> None:
    page.wait_for_function(f"document.activeElement?.name === '{name}'")


def go_to(page: Page, name: str) -> None:
    """Press Tab until the field has the focus, as a person would."""
    for _press in range(12):
        if page.evaluate("document.activeElement?.name") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(name)


def earlier(scene: Scene) -> Incident:
    return incident_file(
        actor=RESIDENT,
        report=Report(
            category_code="0302",
            description="路灯坏了一个星期",
            channel=Channel.RESIDENT_WEB,
            grid_id=scene.grid.pk,
            reporter_phone=PHONE,
        ),
    ).incident


def test_a_new_matter_is_filed_by_keys_alone(scene: Scene, open_page: Callable[..., Page]) -> None:
    page = open_page(scene.staff, "/desk/")
    focused(page, "phone")
    page.keyboard.type(PHONE)
    expect(page.locator(".caller__none")).to_be_visible()
    page.keyboard.press("Enter")
    focused(page, "name")
    page.keyboard.insert_text("王大爷")
    page.keyboard.press("Enter")
    focused(page, "description")
    page.keyboard.insert_text("消防通道被车堵死了，消防车进不来")
    page.keyboard.press("Tab")
    focused(page, "category_words")
    page.keyboard.type("xftd")
    expect(page.locator("[role=option][aria-selected=true]")).to_contain_text("消防通道堵塞")
    page.keyboard.press("Tab")
    focused(page, "place_words")
    page.keyboard.type("lssq dy")
    expect(page.locator("[role=option]").first).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("龙首")
    expect(page.locator("[role=option]")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#id_place_words")).to_have_value(scene.grid.name)
    expect(page.locator("#preview")).to_contain_text(scene.worker.full_name)
    go_to(page, "in_danger")
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#number")).to_be_visible()
    incident = Incident.objects.get()
    assert page.locator("#number").inner_text().replace(" ", "") == incident.number
    assert (incident.category.code, incident.grid_id, incident.in_danger) == ("0201", scene.grid.pk, True)
    assert incident.channel == "local_hotline"
    assert DeskDraft.objects.count() == 0
    page.keyboard.press("Enter")  # the next call
    focused(page, "phone")
    expect(page.locator("#id_phone")).to_have_value("")


def test_the_same_matter_is_added_to_by_arrow_keys(scene: Scene, open_page: Callable[..., Page]) -> None:
    known = earlier(scene)
    page = open_page(scene.staff, "/desk/")
    focused(page, "phone")
    page.keyboard.type("138 0593 0001")
    expect(page.locator(".caller__case")).to_have_count(2)
    go_to(page, "same_as")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#id_category_words")).to_be_hidden()
    go_to(page, "description")
    page.keyboard.insert_text("还没有人来修，老人晚上摔了一跤")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast--success")).to_contain_text(known.number)
    assert Incident.objects.count() == 1
    assert "摔了一跤" in IncidentEvent.objects.get(incident=known, verb="comment").note


def test_a_lost_session_loses_nothing(scene: Scene, open_page: Callable[..., Page]) -> None:
    page = open_page(scene.staff, "/desk/")
    go_to(page, "phone")
    page.keyboard.type(PHONE)
    go_to(page, "description")
    page.keyboard.insert_text("井盖不见了，快派人来")
    expect(page.locator("#preview [role=status]")).to_be_visible()
    address = page.url
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/accounts/login/**")
    again = open_page(scene.staff, "/" + address.split("/", 3)[3])
    expect(again.locator("#id_description")).to_have_value("井盖不见了，快派人来")
    expect(again.locator("#id_phone")).to_have_value(PHONE)
