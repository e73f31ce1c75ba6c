"""axe finds nothing serious on any page of staff, on a desktop and on a phone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from core import clock
from incidents.rules.vocabulary import Verb
from tests.factories.staff_scene import Scene, do, file_case, make_scene, to_department, to_street, whistled
from tests.flows.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SERIOUS = {"serious", "critical"}
OPTIONS = {"resultTypes": ["violations"]}


@pytest.fixture
def scene() -> Scene:
    scene = make_scene()
    do(scene.officer, to_department(scene), Verb.SIGN)
    to_department(scene, "0301")
    to_street(scene, "0401")
    file_case(scene, "0202")
    return scene


def serious_faults(page: Page) -> list[str]:
    page.locator("#main").wait_for()
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [
        f"{fault['id']}: {node['target']} {node.get('failureSummary', '')}"
        for fault in found
        if fault["impact"] in SERIOUS
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_pages_of_staff_are_accessible(
    scene: Scene, open_page: Callable[..., Page], size: dict[str, int]
) -> None:
    case = whistled(scene)
    waiting = do(scene.officer, to_department(scene), Verb.SIGN)
    later = clock.now() + timedelta(hours=30)
    do(scene.officer, waiting, Verb.REQUEST_EXTENSION, reason="等待配件", wanted_limit=later)
    do(scene.leader, waiting, Verb.SUPERVISE, reason="限期办结", reply_until=later)
    visits = [
        (scene.office, "/figures/"),
        (scene.office, "/figures/appeals/"),
        (scene.leader, "/incidents/approvals/"),
        (scene.leader, "/incidents/ledger/"),
        (scene.leader, "/incidents/supervised/"),
        (scene.leader, f"/incidents/{waiting.number}/"),
        (scene.worker, "/work/"),
        (scene.worker, "/report/"),
        (scene.community_staff, "/report/"),
        (scene.staff, "/work/"),
        (scene.staff, "/desk/"),
        (scene.staff, "/meeting/"),
        (scene.staff, "/imports/"),
        (scene.staff, "/grids/qr/"),
        (scene.staff, "/board/"),
        (scene.staff, "/board/?colour=red&q=nothing"),
        (scene.officer, "/queue/"),
        (scene.officer, "/queue/?show=answer"),
        (scene.leader, f"/incidents/{case.number}/"),
        (scene.officer, f"/incidents/{case.number}/"),
        (scene.officer, f"/incidents/{case.number}/why/"),
    ]
    faults = {f"{user.username} {path}": serious_faults(open_page(user, path, size)) for user, path in visits}
    assert {page: found for page, found in faults.items() if found} == {}


def test_opened_forms_are_accessible(scene: Scene, open_page: Callable[..., Page]) -> None:
    case = to_street(scene, "0201")
    page = open_page(scene.leader, f"/incidents/{case.number}/#act-whistle")
    page.locator("#act-whistle[open]").wait_for()
    assert serious_faults(page) == []
    page.locator("#act-whistle button[type=submit]").click()
    page.goto(f"/incidents/{case.number}/#act-reassign")
    assert serious_faults(page) == []
