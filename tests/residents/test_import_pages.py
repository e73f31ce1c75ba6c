"""The pages of imports and exports: the way through, who may, what they cost, what a list gives away."""

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from core.models import AccessLog
from residents.models import PeopleExport, PeopleImport, Person
from tests.factories.incidents import SmallCity, small_city
from tests.factories.residents import make_household, make_person, resident_id
from tests.residents.importing import HEADINGS, finish, person, run, table

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> SmallCity:
    return small_city()


def client_of(city: SmallCity, name: str) -> Client:
    client = Client()
    client.force_login(city[name], backend="django.contrib.auth.backends.ModelBackend")
    return client


def hand_in(client: Client, content: bytes, name: str = "people.csv", **more: Any) -> Any:
    form = {"file": SimpleUploadedFile(name, content), "source": "shared", **more}
    return client.post(reverse("residents:imports"), form)


def sheet(*rows: list[Any]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.worksheets[0].merge_cells("A1:C1")
    book.save(out)
    return out.getvalue()


def test_the_way_of_a_table_through_the_pages(city: SmallCity) -> None:
    client, here = client_of(city, "community_staff"), city.communities[0]
    content = sheet(
        ["某某社区人口信息登记表", None, None],
        [None, "证件", None, "联系方式"],
        ["姓名", "身份证号", "出生日期", "手机号"],
        ["林一", resident_id(), None, 13800001111],
        ["", None, None, None],
        ["林二", 350921198005170000, None, 13800001112],
    )
    sent = hand_in(client, content, "people.xlsx", community=str(here.pk))
    assert sent.status_code == 302, sent.content.decode()
    job = PeopleImport.objects.get()
    assert (job.row_count, job.headings) == (2, ["姓名", "身份证号", "出生日期", "手机号"])
    page = client.get(sent["Location"])
    assert "3.50921E+17" in page.content.decode()
    columns = {"name": "0", "document_number": "1", "birth_date": "2", "phone": "3"}
    looked = client.post(sent["Location"], {**columns, "phone": "", "look": "1"})
    assert looked.status_code == 200
    started = client.post(sent["Location"], {**columns, "start": "1"})
    assert started.status_code == 302, started.content.decode()
    assert client.get(reverse("residents:import-progress", args=[job.pk])).status_code == 200
    finish(job)
    done = client.get(sent["Location"]).content.decode()
    assert Person.objects.get().name == "林一"
    refused = client.post(reverse("residents:import-refused", args=[job.pk]))
    back = list(csv.reader(io.StringIO(b"".join(refused.streaming_content).decode("utf-8-sig"))))
    assert [row[0] for row in back] == ["姓名", "林二"]
    assert AccessLog.objects.filter(subject_type="people_import", field="refused_rows").count() == 1
    assert reverse("residents:import-undo", args=[job.pk]) in done


def test_a_table_without_titles_is_refused_in_words(city: SmallCity) -> None:
    client = client_of(city, "community_staff")
    for content, name in (
        (b"a,b\n1,2\n", "x.csv"),
        (b"\x00\x01", "x.csv"),
        (b"nothing", "x.xlsx"),
        (b"", "y.csv"),
    ):
        assert hand_in(client, content, name).status_code == 422
    twice = hand_in(client, table(person()))
    again = client.post(twice["Location"], {"name": "0", "document_number": "0", "start": "1"})
    assert again.status_code == 422
    assert PeopleImport.objects.get().state == "mapping"


@pytest.mark.parametrize("name", ["residents:imports", "residents:exports"])
def test_pages_are_for_whoever_holds_the_permission(city: SmallCity, name: str) -> None:
    for role, status in (("community_staff", 200), ("grid_worker", 403), ("department_officer", 403)):
        assert client_of(city, role).get(reverse(name)).status_code == status
    assert Client().get(reverse(name)).status_code == 302


def test_an_import_is_seen_by_its_own_and_by_the_city(city: SmallCity) -> None:
    job = run(city["street_staff"], table(person()))
    address = reverse("residents:import", args=[job.pk])
    seen = {
        role: client_of(city, role).get(address).status_code
        for role in ("community_staff", "city_grid_office")
    }
    assert seen == {"community_staff": 404, "city_grid_office": 200}


def test_lists_of_imports_cost_the_same_for_one_and_many(city: SmallCity) -> None:
    client = client_of(city, "city_grid_office")
    costs = []
    for number in (1, 5):
        for _each in range(number):
            run(city["city_grid_office"], table(person(社区="没有")))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("residents:imports"))
        costs.append(len(captured))
    assert costs[0] == costs[1]


def take_out(client: Client, **asked: str) -> Any:
    return client.post(
        reverse("residents:exports"), {"purpose": "核对选民名册", "file_format": "csv", **asked}
    )


def test_a_list_is_masked_marked_logged_and_harmless(city: SmallCity) -> None:
    household = make_household(city.buildings[0])
    resident = make_person(household, "林一", phone="13800001234")
    make_person(make_household(city.buildings[7]), "林外")
    Person.objects.filter(pk=resident.pk).update(name="=1+1")  # as an attacker would have it
    answer = take_out(client_of(city, "community_staff"))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    mark, titles, row, last = list(csv.reader(io.StringIO(text)))
    assert titles[0] == "姓名"
    assert (row[0], row[2][3:6], row[5]) == ("'=1+1", "***", "138****1234")
    assert "核对选民名册" in mark[0]
    assert row[-1] == mark[0] == last[0]
    assert "林外" not in text
    export = PeopleExport.objects.get()
    assert (export.row_count, export.with_numbers) == (1, False)
    log = AccessLog.objects.get(subject_type="people_export")
    assert (log.purpose, log.field, log.subject_id) == ("核对选民名册", "masked", export.pk)


def test_whole_numbers_need_a_permission_of_their_own(city: SmallCity) -> None:
    make_person(make_household(city.buildings[0]), "林一", phone="13800001234")
    for role, phone in (("community_staff", "138****1234"), ("city_grid_office", "13800001234")):
        answer = take_out(client_of(city, role), with_numbers="on", file_format="xlsx")
        rows = list(load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0].values)
        assert rows[2][5] == phone
    assert take_out(client_of(city, "community_staff"), purpose="").status_code == 422
    assert take_out(client_of(city, "grid_worker")).status_code == 403


def test_what_was_taken_out_can_be_brought_in_again(city: SmallCity) -> None:
    make_person(make_household(city.buildings[0]), "林一", phone="13800001234")
    answer = take_out(client_of(city, "city_grid_office"), with_numbers="on")
    content = b"".join(answer.streaming_content)
    job = run(city["city_grid_office"], content)
    assert (job.unchanged, job.added) == (1, 0)
    assert set(HEADINGS) & set(job.headings)
