"""Import from another system: nothing twice, bad rows back with reasons, work that survives being killed."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from core import clock
from core.errors import Denied, Invalid
from core.models import Notification
from incidents.models import ImportJob, ImportRow, Incident
from incidents.services.import_files import columns_of, read_sheet, template_titles
from incidents.services.imports import bad_rows_csv, import_create, imports_forget, imports_work
from incidents.tasks import IMPORT_SECONDS
from tests.factories.incidents import SmallCity, client_of

HEADER = "工单编号,类别,诉求内容,地址,社区,诉求人,联系电话,受理时间"


def line(city: SmallCity, number: str, **values: str) -> str:
    parts = {
        "number": number,
        "category": "暴露垃圾",
        "text": "垃圾三天没清",
        "address": "太康路 12 号",
        "community": city.communities[0].name,
        "name": "王大爷",
        "phone": "13805930001",
        "received": "2026-11-20 09:00",
    }
    return ",".join({**parts, **values}.values())


def take_in(city: SmallCity, *lines: str, who: str = "city_grid_office", **values: Any) -> ImportJob:
    content = "\n".join([HEADER, *lines]).encode()
    given_ = {"system": "12345", "channel": "hotline", "file_name": "12345.csv", "content": content, **values}
    return import_create(actor=city.actor(who), **given_)


def outcomes(job: ImportJob) -> list[str]:
    return list(job.rows.order_by("line").values_list("outcome", flat=True))


def xlsx(*rows: list[Any]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(out)
    return out.getvalue()


@pytest.mark.django_db
def test_rows_become_cases_with_their_number_there(city: SmallCity) -> None:
    job = take_in(city, line(city, "GD001"), line(city, "GD002", phone="", name=""))
    assert outcomes(job) == ["waiting", "waiting"]
    assert "王大爷" not in "".join(job.rows.values_list("sealed", flat=True))
    assert imports_work(seconds=30) is False
    first, second = Incident.objects.order_by("pk")
    assert (first.external_system, first.external_number, first.channel) == ("12345", "GD001", "hotline")
    assert first.community == city.communities[0]
    assert first.origin_note == "12345 2026-11-20 09:00"
    assert (bool(first.caller_mark), bool(second.caller_mark)) == (True, False)
    assert set(job.rows.values_list("outcome", "sealed")) == {("filed", "")}
    job.refresh_from_db()
    assert job.finished_at is not None
    assert Notification.objects.filter(kind="import_done", user=city["city_grid_office"]).count() == 1


@pytest.mark.django_db
def test_the_same_number_is_filed_once_however_often_it_comes(city: SmallCity) -> None:
    take_in(city, line(city, "GD001"), line(city, "GD001", text="又来一次"))
    again = take_in(city, line(city, "GD001"), line(city, "GD002"))
    elsewhere = take_in(city, line(city, "GD001"), system="数字城管", channel="transfer")
    imports_work(seconds=30)
    assert Incident.objects.count() == 3
    assert outcomes(again) == ["known", "filed"]
    assert outcomes(elsewhere) == ["filed"]
    assert again.rows.get(line=2).incident == Incident.objects.get(
        external_number="GD001", external_system="12345"
    )


@pytest.mark.django_db
def test_bad_rows_come_back_with_reasons_and_good_ones_are_filed(city: SmallCity) -> None:
    job = take_in(
        city,
        line(city, "GD001"),
        line(city, "", text="没有编号"),
        line(city, "GD003", category="没有这种事"),
        line(city, "GD004", community="火星社区"),
        line(city, "GD005", phone="不知道"),
        line(city, "GD006", text=""),
        line(city, "GD007", text="=HYPERLINK(1)", category="x"),
    )
    imports_work(seconds=30)
    assert outcomes(job) == ["filed", *["refused"] * 6]
    back = list(csv.reader(io.StringIO(bad_rows_csv(job).removeprefix("\ufeff"))))
    assert back[0][2:] == HEADER.split(",")
    assert [row[0] for row in back[1:]] == ["3", "4", "5", "6", "7", "8"]
    assert all(row[1] for row in back[1:])
    assert back[2][2:4] == ["GD003", "没有这种事"]
    assert back[-1][4] == "'=HYPERLINK(1)"


@pytest.mark.django_db
@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
def test_what_is_given_back_holds_no_formula_not_even_as_a_title(city: SmallCity, sign: str) -> None:
    content = f"{HEADER},{sign}HYPERLINK(1)\n{line(city, 'GD001', category='x')},{sign}2".encode()
    job = import_create(
        actor=city.actor("city_grid_office"),
        system="12345",
        channel="hotline",
        file_name="a.csv",
        content=content,
    )
    imports_work(seconds=30)
    titles, row = csv.reader(io.StringIO(bad_rows_csv(job).removeprefix("\ufeff")))
    assert (titles[-1], row[-1]) == (f"'{sign}HYPERLINK(1)", f"'{sign}2")


@pytest.mark.django_db
def test_a_phone_with_its_country_comes_in_again_after_it_was_given_back(city: SmallCity) -> None:
    job = take_in(city, line(city, "GD001", phone="+8613805930001", category="没有这种事"))
    imports_work(seconds=30)
    back = bad_rows_csv(job)
    assert "'+8613805930001" in back
    again = import_create(
        actor=city.actor("city_grid_office"),
        system="12345",
        channel="hotline",
        file_name="a.csv",
        content=back.replace("没有这种事", "暴露垃圾").encode(),
    )
    imports_work(seconds=30)
    assert outcomes(again) == ["filed"]


def test_a_long_import_never_takes_a_worker_for_good() -> None:
    assert (
        timedelta(seconds=IMPORT_SECONDS) < django_settings.CELERY_BEAT_SCHEDULE["work-imports"]["schedule"]
    )


@pytest.mark.django_db
def test_the_corrected_file_can_be_the_returned_one(city: SmallCity) -> None:
    job = take_in(city, line(city, "GD003", category="没有这种事"))
    imports_work(seconds=30)
    mended = bad_rows_csv(job).replace("没有这种事", "暴露垃圾").encode()
    again = import_create(
        actor=city.actor("city_grid_office"),
        system="12345",
        channel="hotline",
        file_name="again.csv",
        content=mended,
    )
    imports_work(seconds=30)
    assert outcomes(again) == ["filed"]


@pytest.mark.django_db(transaction=True)
def test_a_row_that_was_not_committed_is_done_again_once(
    city: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = take_in(city, line(city, "GD001"), line(city, "GD002"))
    saved: list[int] = []
    real = ImportRow.save

    def dies_once(row: ImportRow, *args: Any, **kwargs: Any) -> None:
        saved.append(row.line)
        if len(saved) == 2:
            raise KeyboardInterrupt
        real(row, *args, **kwargs)

    monkeypatch.setattr(ImportRow, "save", dies_once)
    with pytest.raises(KeyboardInterrupt):
        imports_work(seconds=30)
    assert (Incident.objects.count(), outcomes(job)) == (1, ["filed", "waiting"])
    imports_work(seconds=30)
    assert (Incident.objects.count(), outcomes(job)) == (2, ["filed", "filed"])


@pytest.mark.django_db
def test_who_lost_the_right_meanwhile_imports_nothing(city: SmallCity) -> None:
    job = take_in(city, line(city, "GD001"))
    city["city_grid_office"].memberships.update(valid_to=clock.today() - timedelta(days=1))
    imports_work(seconds=30)
    assert (outcomes(job), Incident.objects.count()) == (["refused"], 0)


@pytest.mark.django_db
def test_a_street_imports_into_its_own_area_only(city: SmallCity) -> None:
    job = take_in(
        city,
        line(city, "GD001"),
        line(city, "GD002", community=city.communities[2].name),
        who="street_staff",
    )
    imports_work(seconds=30)
    assert outcomes(job) == ["filed", "refused"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"system": " "}, "system_missing"),
        ({"channel": "resident_qr"}, "choice_invalid"),
        ({"content": b""}, "columns_missing"),
        ({"content": "编号,内容\n1,2".encode()}, "columns_missing"),
        ({"content": HEADER.encode()}, "file_empty"),
        ({"content": b"\xff\xfe\x00\x81", "file_name": "a.xlsx"}, "file_unreadable"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_whole(
    city: SmallCity, values: dict[str, Any], code: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        take_in(city, line(city, "GD001"), **values)
    assert refusal.value.code == code
    assert ImportJob.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["grid_worker", "community_staff", "department_officer", "auditor"])
def test_others_may_not_import(city: SmallCity, name: str) -> None:
    with pytest.raises(Denied):
        take_in(city, line(city, "GD001"), who=name)
    assert client_of(city, name).get(reverse("imports")).status_code == 403


@pytest.mark.django_db
def test_an_import_is_seen_by_whoever_made_it_and_by_the_city(city: SmallCity) -> None:
    job = take_in(city, line(city, "GD001"), who="street_staff")
    statuses = {
        name: client_of(city, name).get(reverse("import", args=[job.pk])).status_code
        for name in ("street_staff", "city_grid_office", "outsider_street", "community_staff")
    }
    assert statuses == {
        "street_staff": 200,
        "city_grid_office": 200,
        "outsider_street": 404,
        "community_staff": 403,
    }
    assert client_of(city, "outsider_street").get(reverse("import-refused", args=[job.pk])).status_code == 404


@pytest.mark.django_db
def test_the_page_takes_a_file_and_shows_its_progress(city: SmallCity) -> None:
    client = client_of(city, "city_grid_office")
    content = "\n".join([HEADER, line(city, "GD001"), line(city, "GD002", category="无")]).encode("gb18030")
    upload = SimpleUploadedFile("十一月.csv", content)
    response = client.post(
        reverse("imports"), {"system": "12345", "channel": "hotline", "file": upload}, follow=True
    )
    job = ImportJob.objects.get()
    assert response.context["counts"]["waiting"] == 2
    assert "hx-get" in response.content.decode()
    imports_work(seconds=30)
    done = client.get(reverse("import-progress", args=[job.pk]))
    assert (done.context["counts"]["filed"], done.context["counts"]["refused"]) == (1, 1)
    assert "hx-get" not in done.content.decode()
    assert reverse("import-refused", args=[job.pk]) in done.content.decode()
    assert client.get(reverse("import-template")).content.decode().startswith("\ufeff外部编号")


@pytest.mark.django_db
def test_the_list_costs_the_same_for_one_import_and_many(city: SmallCity) -> None:
    costs = []
    client = client_of(city, "city_grid_office")
    for jobs in (1, 30):
        while ImportJob.objects.count() < jobs:
            take_in(city, line(city, "GD001"))
        client.get(reverse("imports"))
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("imports"))
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 9


@pytest.mark.django_db
def test_refused_rows_are_forgotten_after_a_month(city: SmallCity) -> None:
    with clock.frozen_at(clock.now() - timedelta(days=31)):
        job = take_in(city, line(city, "GD001", category="无"))
        imports_work(seconds=30)
    assert imports_forget() == 1
    assert "GD001" not in bad_rows_csv(job)


@pytest.mark.django_db(transaction=True)
def test_the_command_imports_at_once_and_writes_the_bad_rows(
    city: SmallCity, own_data_dir: Path, capsys: Any
) -> None:
    path, bad = own_data_dir / "in.xlsx", own_data_dir / "bad.csv"
    good = ["GD001", "暴露垃圾", "垃圾", None, city.communities[0].name, None, 13805930001.0, None]
    path.write_bytes(xlsx(HEADER.split(","), good, ["GD002", "无", "垃圾"]))
    options = {"system": "12345", "username": "city_grid_office", "bad_rows": bad}
    call_command("import_incidents", str(path), **options)
    assert Incident.objects.get().caller_mark != ""
    assert "GD002" in bad.read_text(encoding="utf-8")
    assert "1" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("import_incidents", str(path), system="x", username="nobody-there")


def test_titles_fit_without_spaces_and_case() -> None:
    assert columns_of(["工单 编号", " Category ", "什么", "诉求内容"]) == {
        "number": 0,
        "category": 1,
        "description": 3,
    }
    assert set(columns_of(template_titles())) == set(columns_of(template_titles()[::-1]))


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=300), name=st.sampled_from(["a.csv", "a.xlsx"]))
def test_any_file_is_read_or_refused_with_a_reason(content: bytes, name: str) -> None:
    fields = {"file"}
    try:
        read_sheet(content, name=name)
    except Invalid as refusal:
        fields = {str(refusal.field)}
    assert fields == {"file"}


@settings(max_examples=60, deadline=None)
@given(cells=st.lists(st.text(max_size=20), min_size=3, max_size=3))
def test_what_a_spreadsheet_writes_is_read_back(cells: list[str]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([["工单编号", "类别", "内容"], ["1", *cells[1:]]])
    (row,) = read_sheet(out.getvalue().encode("utf-8", "ignore"), name="a.csv").rows
    assert row[1][0] == "1"
