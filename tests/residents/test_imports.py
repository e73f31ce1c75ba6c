"""Imports of people: every good row in, every bad one back, nothing twice, and all of it undone."""

from typing import Any

import pytest

from core.models import Notification
from residents.models import Dwelling, Household, Person, ResidentEvent
from residents.sealing import open_document, open_phone
from tests.factories.incidents import SmallCity, small_city
from tests.residents.importing import person, problems, run, table

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> SmallCity:
    return small_city()


def at(city: SmallCity, number: int = 0, **cells: str) -> dict[str, str]:
    building = city.buildings[number]
    place = {"社区": building.grid.community.name, "楼栋": building.name, "单元": "1", "房号": "101"}
    return person(**(place | cells))


def test_rows_become_people_with_their_homes(city: SmallCity) -> None:
    rows = [at(city, 姓名="林大明"), at(city, 姓名="王小红", 与户主关系="妻子"), at(city, 房号="102", 姓名="张三")]
    job = run(city["city_grid_office"], table(*rows))
    assert (job.state, job.added, job.refused) == ("finished", 3, 0)
    assert (Dwelling.objects.count(), Household.objects.count()) == (2, 2)
    head, wife, _other = Person.objects.order_by("pk")
    assert (head.household, head.kinship, wife.kinship) == (wife.household, "head", "spouse")
    assert (head.building, head.grid, head.community) == (
        city.buildings[0],
        city.grids[0],
        city.communities[0],
    )
    assert (open_document(head), open_phone(head)) == (rows[0]["身份证号"], "13805930001")
    assert (head.pinyin, head.initials, head.source, head.field_sources) == ("lindaming", "ldm", "shared", {})
    event = ResidentEvent.objects.get(person=head)
    assert (event.verb, event.data, event.household) == ("imported", {"import": job.pk}, head.household)
    assert not job.chunks.exclude(sealed="").exists()
    assert Notification.objects.filter(kind="people_import_done").count() == 1


def test_the_same_table_twice_changes_nothing(city: SmallCity) -> None:
    content = table(at(city), at(city, 姓名="林二", 身份证号="", 证件类型="无证件", 出生日期="2025/3/1", 与户主关系="子"))
    first = run(city["city_grid_office"], content)
    again = run(city["city_grid_office"], content)
    assert problems(first) == {} == problems(again)
    assert (first.added, again.added, again.unchanged) == (2, 0, 2)
    assert (Person.objects.count(), Household.objects.count(), Dwelling.objects.count()) == (2, 1, 1)


def test_only_within_ones_own_area(city: SmallCity) -> None:
    rows = [at(city), at(city, 7), person(社区="火星社区"), person(社区=city.communities[0].name, 楼栋="没有这栋")]
    job = run(city["community_staff"], table(*rows))
    assert job.added == 1
    assert problems(job) == {
        3: [["community", "unknown"]],
        4: [["community", "unknown"]],
        5: [["building", "unknown"]],
    }
