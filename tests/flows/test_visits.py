"""Home visits on a phone: three taps, what is unsent kept with the tab, and nothing for axe to find."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from core import clock
from core.actor import SYSTEM
from residents.models import Household, Need, Visit
from residents.rules.visits import NeedDraft, VisitDraft
from residents.services import need_answer, visit_save
from tests.factories.incidents import GARBAGE, SmallCity, small_city
from tests.factories.residents import make_household, make_person
from tests.flows.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OpenPage = Callable[..., Page]
THUMB = 44


@pytest.fixture
def city() -> SmallCity:
    made = small_city()
    for name in ("林秀英", "陈志强", "欧阳建国"):
        household = make_household(made.buildings[0])
        make_person(household, name)
        make_person(household, f"{name[0]}小明", kinship="child")
    return made


def told_later(city: SmallCity) -> Need:
    household = Household.objects.order_by("pk").first()
    assert household is not None
    draft = VisitDraft(
        outcome="met",
        confirmed=frozenset(household.people.values_list("pk", flat=True)),
        needs=(
            NeedDraft(kind="wish", text="想给孩子找一张旧书桌"),
            NeedDraft(kind="problem", text="单元门口堆了垃圾，好几天没人清", category=GARBAGE),
            NeedDraft(kind="opinion", text="希望多安几个充电桩"),
        ),
    )
    with clock.frozen_at(clock.now() - timedelta(days=5)):
        wish = visit_save(actor=SYSTEM, household_id=household.pk, draft=draft).needs[0]
    return need_answer(actor=city.actor("community_staff"), need_id=wish.pk, answer="书桌已送到家中。")


def test_an_ordinary_visit_takes_three_taps(city: SmallCity, open_page: OpenPage) -> None:
    page = open_page(city["grid_worker"], "/residents/visits/today/", PHONE)
    page.get_by_role("link", name="林秀英").click()
    page.get_by_text("人员已逐一核对，准确无误").click()
    page.get_by_role("button", name="保存走访").click()
    expect(page.get_by_text("走访已保存")).to_be_visible()
    assert Visit.objects.get().confirmed
    expect(page.get_by_role("link", name="林秀英")).to_have_count(0)


def test_what_was_not_sent_comes_back_with_the_tab_and_is_saved_once(
    city: SmallCity, open_page: OpenPage
) -> None:
    page = open_page(city["grid_worker"], "/residents/visits/today/", PHONE)
    page.get_by_role("link", name="林秀英").click()
    page.get_by_text("人员已逐一核对，准确无误").click()
    page.get_by_text("住户有需求").click()
    need = page.locator(".need").first
    need.get_by_text("微心愿").click()
    need.locator("textarea").fill("想要一张旧书桌")
    page.context.set_offline(True)
    page.get_by_role("button", name="保存走访").click()
    expect(page.get_by_text("没有信号")).to_be_visible()
    assert not Visit.objects.exists()
    page.context.set_offline(False)
    key = page.locator("[name=client_key]").input_value()
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    assert page.locator("[name=client_key]").input_value() == key
    expect(page.locator(".need textarea").first).to_have_value("想要一张旧书桌")
    page.get_by_role("button", name="保存走访").click()
    expect(page.get_by_text("走访已保存")).to_be_visible()
    assert (Visit.objects.count(), Need.objects.count()) == (1, 1)
    page.goto(f"/residents/visits/{Visit.objects.get().household_id}/")
    assert page.locator("[name=client_key]").input_value() != key


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_pages_are_accessible(city: SmallCity, open_page: OpenPage, size: dict[str, int]) -> None:
    household = told_later(city).household_id
    looks = [
        ("grid_worker", "/residents/visits/today/"),
        ("grid_worker", f"/residents/visits/{household}/"),
        ("community_staff", "/residents/needs/?state=all"),
        ("city_grid_office", "/residents/visits/coverage/"),
        ("community_staff", "/residents/visits/households/?seen=no"),
        ("community_staff", f"/residents/households/{household}/"),
    ]
    for who, path in looks:
        page = open_page(city[who], path, size)
        page.locator("#main").wait_for()
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [fault["id"] for fault in found if fault["impact"] in {"serious", "critical"}] == [], path
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0, path
        if size is PHONE and path.endswith(f"/visits/{household}/"):
            small = page.evaluate(
                f"[...document.querySelectorAll('.tile, .visit button, .visit summary')]"
                f".filter(e => e.offsetHeight && e.offsetHeight < {THUMB}).length"
            )
            assert small == 0
        page.context.close()
