"""What fits a few letters: categories by initials, places of the area, chosen places checked again."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.pinyin import initials, rank
from grids.services.qr import qr_issue, token_for
from incidents.models import Category
from incidents.selectors.suggest import MOST, place_ids, suggest_categories, suggest_places
from tests.factories.grids import make_building, make_grid
from tests.factories.incidents import SmallCity
from tests.factories.organizations import make_community


@pytest.mark.parametrize(
    ("text", "letters"),
    [("暴露垃圾", "bllj"), ("重庆路3号楼", "cql3hl"), ("12345 热线", "12345rx"), ("", "")],
)
def test_initials(text: str, letters: str) -> None:
    assert initials(text) == letters


def test_the_name_goes_before_its_letters_and_its_beginning_before_its_middle() -> None:
    ranks = [rank(words, "暴露垃圾") for words in ("暴露垃圾", "bllj", "暴露", "bl", "垃圾", "lj")]
    assert None not in ranks
    assert ranks == sorted(ranks, key=str)
    assert rank("路灯", "暴露垃圾") is None
    assert rank("", "暴露垃圾") is None


@pytest.mark.django_db
def test_categories_are_found_by_letters_name_code_and_group(city: SmallCity) -> None:
    for words in ("bllj", "BLLJ", "暴露", "0101", "ｂｌｌｊ"):
        assert suggest_categories(words)[0].value == "0101", words
    group = Category.objects.get(code="0101").group
    assert "0101" in [each.value for each in suggest_categories(group)]
    assert suggest_categories("没有这种事") == []
    assert len(suggest_categories("")) == MOST
    Category.objects.filter(code="0101").update(is_active=False)
    assert "0101" not in [each.value for each in suggest_categories("bllj")]


@pytest.mark.django_db
def test_places_of_every_kind_are_found_within_the_area(city: SmallCity) -> None:
    community = make_community(city.streets[0], "龙首社区")
    grid = make_grid(community, name="龙首第一网格")
    building = make_building(grid, "东门大厦", code="LS-1")
    staff = city["street_staff"]

    def values(words: str) -> list[str]:
        return [each.value for each in suggest_places(staff, words)]

    assert values("lssq")[0] == f"community:{community.pk}"
    assert f"grid:{grid.pk}" in values("lssq")
    assert values("龙首 第一") == [f"grid:{grid.pk}", f"community:{community.pk}"]
    assert values(grid.code) == [f"grid:{grid.pk}"]
    assert values("东门") == values("LS-1") == [f"building:{building.pk}"]
    assert values("龙首 东门")[0] == f"building:{building.pk}"
    assert values(city.streets[0].name)[0] == f"street:{city.streets[0].pk}"
    outside = suggest_places(city["outsider_street"], "龙首")
    assert [each.value for each in outside] == []


@pytest.mark.django_db
def test_a_posted_code_names_its_place_to_those_who_see_it(city: SmallCity) -> None:
    grid, building = city.grids[0], city.buildings[0]
    code = qr_issue(actor=city.actor("street_staff"), grid_id=grid.pk, building_id=building.pk)
    address = f"https://example.org/r/{token_for(code)}/"
    (found,) = suggest_places(city["street_staff"], address)
    assert found.value == f"building:{building.pk}"
    assert suggest_places(city["outsider_street"], address) == []
    assert suggest_places(city["street_staff"], "https://example.org/r/x.forged/") == []


@pytest.mark.django_db
def test_a_chosen_place_is_taken_only_within_the_area(city: SmallCity) -> None:
    staff, outsider = city["street_staff"], city["outsider_street"]
    for value, named in (
        (f"grid:{city.grids[0].pk}", {"grid_id": city.grids[0].pk}),
        (f"building:{city.buildings[0].pk}", {"building_id": city.buildings[0].pk}),
        (f"community:{city.communities[0].pk}", {"community_id": city.communities[0].pk}),
        (f"street:{city.streets[0].pk}", {"street_id": city.streets[0].pk}),
    ):
        assert place_ids(staff, value) == named
    for value in (f"grid:{city.grids[0].pk}", f"building:{city.buildings[0].pk}"):
        assert place_ids(outsider, value) is None
    for value in ("", "grid:", "grid:x", "grid:" + "9" * 30, "planet:1", f"street:{city.communities[0].pk}"):
        assert place_ids(staff, value) is None


@pytest.mark.django_db
def test_places_cost_the_same_however_many_fit(city: SmallCity) -> None:
    costs = []
    for grids in (1, 30):
        community = city.communities[0]
        while community.grids.count() < grids:
            make_grid(community, name=f"网格{community.grids.count()}")
        suggest_places(city["street_staff"], "网格")
        with CaptureQueriesContext(connection) as seen:
            suggest_places(city["street_staff"], "网格")
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 5
