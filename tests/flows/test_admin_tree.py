"""The administration of the hierarchy in Chromium: a real drag moves a real organisation."""

import pytest

from core import tree
from organizations.choices import Role
from organizations.models import Organization
from tests.factories.organizations import make_city, make_community, make_department, make_street, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = "/admin/organizations/organization/"


@pytest.fixture
def city():
    return make_city("霞浦县")


def drag(page, name, onto):
    """Drag one row into the middle of another, as a hand does: press, move in steps, let go."""
    handle = page.locator("#result_list tr", has_text=name).locator(".drag-handle")
    handle.scroll_into_view_if_needed()
    start = handle.bounding_box()
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    target = page.locator("#result_list tr", has_text=onto).bounding_box()
    page.mouse.move(target["x"] + 200, target["y"] + target["height"] / 2, steps=12)
    page.mouse.move(target["x"] + 201, target["y"] + target["height"] / 2, steps=2)
    with page.expect_navigation():
        page.mouse.up()


def test_dragging_moves_the_community_and_keeps_the_tree_sound(city, open_page):
    old, new = make_street(city, "松城街道"), make_street(city, "松港街道")
    community = make_community(old, "龙首社区")
    administrator = make_user(Role.SYSTEM_ADMINISTRATOR, city)
    page = open_page(administrator, LIST)
    drag(page, "龙首社区", "松港街道")
    assert page.get_by_text("“龙首社区”已移动").is_visible()
    assert Organization.objects.get(pk=community.pk).parent_id == new.pk
    assert tree.find_damage(Organization) == []


def test_dragging_where_it_may_not_stand_says_why_and_changes_nothing(city, open_page):
    community = make_community(make_street(city, "松城街道"), "龙首社区")
    make_department(city, "D90", "城管局")
    page = open_page(make_user(Role.SYSTEM_ADMINISTRATOR, city), LIST)
    drag(page, "龙首社区", "城管局")
    assert page.get_by_text("不能设在部门之下").is_visible()
    assert Organization.objects.get(pk=community.pk).parent_id == community.parent_id
