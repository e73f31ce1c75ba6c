"""Imports of people: every good row in, every bad one back, nothing twice, and all of it undone."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import connection
from psycopg import sql

from core import clock
from core.actor import Actor
from core.errors import Conflict, Denied, Missing
from core.models import Notification
from residents.models import Dwelling, Household, Person, ResidentEvent
from residents.rules.people import PersonDraft
from residents.sealing import open_document, open_phone
from residents.selectors.imports import refused_file
from residents.services import person_correct
from residents.services.imports import import_cancel, import_start, import_undo, imports_forget
from tests.factories.incidents import SmallCity, small_city
from tests.factories.residents import resident_id
from tests.residents.dirt import BAD, ODD
from tests.residents.importing import HEADINGS, finish, person, problems, run, table, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> SmallCity:
    return small_city()


def at(city: SmallCity, number: int = 0, **cells: str) -> dict[str, str]:
    building = city.buildings[number]
    place = {"社区": building.grid.community.name, "楼栋": building.name, "单元": "1", "房号": "101"}
    return person(**(place | cells))


def test_rows_become_people_with_their_homes(city: SmallCity) -> None:
    rows = [
        at(city, 姓名="林大明"),
        at(city, 姓名="王小红", 与户主关系="妻子"),
        at(city, 房号="102", 姓名="张三"),
    ]
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
    content = table(
        at(city), at(city, 姓名="林二", 身份证号="", 证件类型="无证件", 出生日期="2025/3/1", 与户主关系="子")
    )
    first = run(city["city_grid_office"], content)
    again = run(city["city_grid_office"], content)
    assert problems(first) == {} == problems(again)
    assert (first.added, again.added, again.unchanged) == (2, 0, 2)
    assert (Person.objects.count(), Household.objects.count(), Dwelling.objects.count()) == (2, 1, 1)


def test_only_within_ones_own_area(city: SmallCity) -> None:
    rows = [
        at(city),
        at(city, 7),
        person(社区="火星社区"),
        person(社区=city.communities[0].name, 楼栋="没有这栋"),
    ]
    job = run(city["community_staff"], table(*rows))
    assert job.added == 1
    assert problems(job) == {
        3: [["community", "unknown"]],
        4: [["community", "unknown"]],
        5: [["building", "unknown"]],
    }


def test_every_kind_of_dirt_comes_back_with_its_reason(city: SmallCity) -> None:
    rows = [bad(at(city, 房号=str(number))) for number, (bad, _why) in enumerate(BAD.values(), 1)]
    job = run(city["city_grid_office"], table(*rows))
    whys = problems(job)
    found = {kind: whys.get(line, [[]])[0] for line, kind in enumerate(BAD, 2)}
    assert found == {kind: list(why) for kind, (_bad, why) in BAD.items()}
    assert (job.added, job.refused, len(BAD) >= 20) == (0, len(BAD), True)
    assert not Household.objects.exists()
    lines = list(csv.reader(io.StringIO("".join(refused_file(job)).removeprefix("\ufeff"))))
    assert lines[0] == [*HEADINGS, "不能导入的原因"]
    assert len(lines) == len(BAD) + 1
    assert all(line[-1] for line in lines[1:])


def test_what_is_only_odd_is_taken_as_it_is_meant(city: SmallCity) -> None:
    rows = [odd(at(city, 房号=str(number))) for number, odd in enumerate(ODD.values(), 1)]
    job = run(city["city_grid_office"], table(*rows))
    assert problems(job) == {}
    assert job.added == len(ODD)
    names = set(Person.objects.values_list("name", flat=True))
    assert {"欧阳娜娜", "𠅤䶮", "阿卜杜拉·买买提", "Maria da Silva"} <= names


def test_refused_rows_can_be_corrected_and_come_back_with_their_columns_known(city: SmallCity) -> None:
    headings = (*HEADINGS[:4], "打给谁", *HEADINGS[5:])
    rows = [{**at(city), "打给谁": "138"}, {**at(city, 房号="102"), "打给谁": "13800001111"}]
    job = take(city["city_grid_office"], table(*rows, headings=headings))
    assert "phone" not in job.mapping
    user = Actor.of(city["city_grid_office"])
    import_start(actor=user, job_id=job.pk, mapping=job.mapping | {"phone": 4})
    job = finish(job)
    assert (job.added, problems(job)) == (1, {2: [["phone", "shape"]]})
    again = take(
        city["city_grid_office"], "".join(refused_file(job)).replace(",138,", ",13800002222,").encode()
    )
    assert again.mapping == job.mapping
    import_start(actor=user, job_id=again.pk, mapping=again.mapping)
    assert finish(again).added == 1


def test_twins_namesakes_and_doubles_within_the_table(city: SmallCity) -> None:
    born = date(2001, 2, 3)
    twin, other = resident_id(born, order=11), resident_id(born, order=13)
    rows = [
        at(city, 姓名="林甲", 身份证号=twin),
        at(city, 姓名="林甲", 身份证号=other),  # same name, same birthday, another person
        at(city, 姓名="林乙", 身份证号=twin),  # the same document again
        at(city, 姓名="林丙", 身份证号="", 证件类型="无证件", 出生日期="2025-01-01"),
        at(city, 姓名="林丙", 身份证号="", 证件类型="无证件", 出生日期="2025-01-01"),
    ]
    job = run(city["city_grid_office"], table(*rows))
    assert job.added == 3
    assert problems(job) == {4: [["document_number", "twice", "2"]], 6: [["name", "twice", "5"]]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_the_encodings_of_offices(city: SmallCity, encoding: str) -> None:
    job = run(city["city_grid_office"], table(at(city, 姓名="欧阳䶮"), encoding=encoding))
    assert (job.added, Person.objects.get().name) == (1, "欧阳䶮")


def test_pieces_follow_each_other_and_doubles_are_found_across_them(
    city: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("residents.services.imports.CHUNK_ROWS", 2)
    number = resident_id()
    rows = [at(city, 姓名=f"林{sign}") for sign in "甲乙丙"]
    rows = [at(city, 姓名="林头", 身份证号=number), *rows, at(city, 姓名="林尾", 身份证号=number)]
    job = run(city["city_grid_office"], table(*rows))
    assert (job.chunk_count, job.next_chunk, job.added) == (3, 3, 4)
    assert problems(job) == {6: [["document_number", "twice_before"]]}
    assert (Household.objects.count(), Dwelling.objects.count()) == (1, 1)


def test_a_better_source_wins_and_its_field_says_so(city: SmallCity) -> None:
    user, row = city["city_grid_office"], at(city, 姓名="林一", 联系电话="13800000001")
    run(user, table(row), source="shared", as_of=date(2026, 1, 1))
    worse = run(user, table(row | {"联系电话": "13800000002"}), source="device", as_of=date(2026, 6, 1))
    assert (worse.changed, worse.unchanged) == (0, 1)
    better = run(user, table(row | {"联系电话": "13800000003"}), source="collected", as_of=date(2026, 5, 1))
    person_ = Person.objects.get()
    assert (better.changed, open_phone(person_), person_.version) == (1, "13800000003", 2)
    assert person_.field_sources == {"phone": ["collected", "2026-05-01"]}
    event = ResidentEvent.objects.filter(person=person_).latest("pk")
    assert event.data == {"import": better.pk, "fields": ["phone"]}


def test_an_undone_import_leaves_nothing_but_what_was_touched_since(city: SmallCity) -> None:
    user = city["city_grid_office"]
    old = at(city, 姓名="林老", 联系电话="13800000001")
    run(user, table(old), as_of=date(2026, 1, 1))
    content = table(
        old | {"联系电话": "13800000002"},
        at(city, 姓名="林新", 房号="102"),
        at(city, 姓名="林留", 房号="103"),
    )
    job = run(user, content)
    stays = Person.objects.get(name="林留")
    number = open_document(stays)
    person_correct(
        actor=Actor.of(user), person_id=stays.pk, draft=PersonDraft(name="林留下", document_number=number)
    )
    import_undo(actor=Actor.of(user), job_id=job.pk)
    job = finish(job)
    assert (job.state, job.removed, job.restored, job.left) == ("undone", 1, 1, 1)
    assert list(job.left_people.values_list("person__name", "reason")) == [("林留下", "changed")]
    assert set(Person.objects.values_list("name", flat=True)) == {"林老", "林留下"}
    assert open_phone(Person.objects.get(name="林老")) == "13800000001"
    assert set(Dwelling.objects.values_list("room", flat=True)) == {"101", "103"}
    assert ResidentEvent.objects.filter(verb="import_undone").count() == 1
    with pytest.raises(Conflict):
        import_undo(actor=Actor.of(user), job_id=job.pk)


def test_a_stopped_import_forgets_what_waits(city: SmallCity) -> None:
    user = city["city_grid_office"]
    job = take(user, table(at(city)))
    import_cancel(actor=Actor.of(user), job_id=job.pk)
    assert finish(job).state == "cancelled"
    assert not job.chunks.exclude(sealed="").exists()
    assert not Person.objects.exists()


def test_who_may_not_import_is_told_so(city: SmallCity) -> None:
    with pytest.raises(Denied):
        take(city["grid_worker"], table(at(city)))
    job = take(city["street_staff"], table(at(city)))
    with pytest.raises(Missing):
        import_cancel(actor=Actor.of(city["community_staff"]), job_id=job.pk)


def test_nothing_of_a_table_lies_about_in_the_clear(city: SmallCity) -> None:
    row = at(city, 姓名="林一", 联系电话="13987654321")
    bad = at(city, 姓名="林二", 联系电话="139876543")
    job = take(city["city_grid_office"], table(row, bad))
    tables = ("residents_importchunk", "residents_refusedrow", "residents_peopleimport")

    def stored() -> str:
        with connection.cursor() as cursor:
            texts = []
            for name in tables:
                cursor.execute(
                    sql.SQL("SELECT string_agg(t::text, ' ') FROM {} t").format(sql.Identifier(name))
                )
                texts.append(str(cursor.fetchone()[0]))
        return " ".join(texts)

    waiting = stored()
    import_start(actor=Actor.of(city["city_grid_office"]), job_id=job.pk, mapping=job.mapping)
    finish(job)
    for text in (waiting, stored()):
        assert not any(
            secret in text for secret in (row["身份证号"], "13987654321", bad["身份证号"], "139876543")
        )
    with clock.frozen_at(clock.now() + timedelta(days=31)):
        assert imports_forget() == 1
    assert set(job.refusals.values_list("sealed", flat=True)) == {""}
