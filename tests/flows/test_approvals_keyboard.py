"""A leader decides what waits with the keys alone: one key agrees, a written reason and one key refuse."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from core import clock
from incidents.models import Application, Incident
from incidents.rules.vocabulary import Verb
from tests.factories.staff_scene import Scene, do, make_scene, to_department

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def asking(scene: Scene, category: str) -> Incident:
    incident = do(scene.officer, to_department(scene, category), Verb.SIGN)
    later = clock.now() + timedelta(days=5)
    return do(scene.officer, incident, Verb.REQUEST_EXTENSION, reason="等待配件到货", wanted_limit=later)


def test_the_keys_alone_empty_the_list(open_page: Callable[..., Page]) -> None:
    scene = make_scene()
    first, second = asking(scene, "0101"), asking(scene, "0302")
    page = open_page(scene.leader, "/incidents/approvals/")
    rows = page.locator("[data-queue-row]")
    expect(rows).to_have_count(2)
    expect(rows.first).to_have_attribute("aria-current", "true")
    page.keyboard.press("y")
    expect(page.locator("[data-queue-row]")).to_have_count(1)
    assert Application.objects.get(incident=first).state == "granted"
    page.locator(f"#note-{second.number}").focus()
    page.keyboard.type("时间足够，请按期办结。")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.locator(".empty").wait_for()
    application = Application.objects.get(incident=second)
    assert (application.state, application.steps.get().note) == ("refused", "时间足够，请按期办结。")
