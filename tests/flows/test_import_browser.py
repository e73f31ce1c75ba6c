"""Importing and exporting people in a real browser: by hand, by keyboard, on a desktop and on a phone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from residents.models import PeopleImport
from tests.factories.incidents import SmallCity, small_city
from tests.flows.conftest import DESKTOP, PHONE
from tests.residents.importing import finish, person, table

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def city() -> SmallCity:
    return small_city()


def looked_at(page: Page) -> None:
    """Assert that nothing serious is found, and that nothing sticks out to the side."""
    page.locator("#main").wait_for()
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    serious = [fault for fault in found if fault["impact"] in {"serious", "critical"}]
    assert [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in serious] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), page.url


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_table_goes_in_and_its_bad_rows_come_back(
    city: SmallCity, open_page: Callable[..., Page], tmp_path: Path, size: dict[str, int]
) -> None:
    building = city.buildings[0]
    place = {"社区": building.grid.community.name, "楼栋": building.name, "单元": "1", "房号": "101"}
    path = tmp_path / "people.csv"
    path.write_bytes(table(person(**place), person(**place, 联系电话="138059300"), encoding="gb18030"))
    page = open_page(city["community_staff"], "/residents/imports/", size)
    looked_at(page)
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="提交，下一步确认各列").press("Enter")
    expect(page.get_by_role("heading", name="确认各列内容")).to_be_visible()
    expect(page.get_by_text("联系电话：这不是电话号码")).to_be_visible()
    looked_at(page)
    page.get_by_role("button", name="开始导入").press("Enter")
    expect(page.locator("#import-progress")).to_be_visible()
    finish(PeopleImport.objects.get())
    expect(page.get_by_text("2 行已全部处理")).to_be_visible()
    looked_at(page)
    with page.expect_download() as downloading:
        page.get_by_role("button", name="下载全部").press("Enter")
    assert "不能导入的原因" in Path(downloading.value.path()).read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_list_is_taken_out_for_a_purpose(
    city: SmallCity, open_page: Callable[..., Page], size: dict[str, int]
) -> None:
    page = open_page(city["community_staff"], "/residents/exports/", size)
    looked_at(page)
    page.get_by_role("button", name="下载").press("Enter")
    expect(page.locator(".field__error").first).to_be_visible()
    looked_at(page)
