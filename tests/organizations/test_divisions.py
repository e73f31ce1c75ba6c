"""Importing division files: every kind of bad row by table, real files, and dirt from Hypothesis."""

import csv
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from core import tree
from core.actor import SYSTEM
from organizations import divisions
from organizations.divisions import Problem, Unreadable
from organizations.management.commands.import_divisions import REASONS
from organizations.models import Organization
from organizations.services import organization_close
from organizations.services.divisions import divisions_import
from organizations.services.reference import REFERENCE
from tests.factories.organizations import make_department

HEADER = "code,name,level,parent_code\n"
CITY = "350921000000,霞浦县,county,\n"
STREET = "350921001000,松城街道,street,350921000000\n"
COMMUNITY = "350921001001,龙首社区,community,350921001000\n"
GOOD = HEADER + CITY + STREET + COMMUNITY


def load(text, **given):
    content = text if isinstance(text, bytes) else text.encode()
    return divisions_import(actor=SYSTEM, content=content, **given)


def names():
    return dict(Organization.objects.values_list("code", "name"))


BAD_ROWS = [
    ("35092100100,短,street,350921000000", Problem.CODE_LENGTH),
    ("3509210010000,长,street,350921000000", Problem.CODE_LENGTH),
    ("35092100100A,字母,street,350921000000", Problem.CODE_DIGITS),
    ("３５０９２１００２０００,全角,street,350921000000", Problem.CODE_DIGITS),
    (",空,street,350921000000", Problem.CODE_DIGITS),
    ("350921009000,,street,350921000000", Problem.NAME_EMPTY),
    (f"350921009000,{'长' * 121},street,350921000000", Problem.NAME_LONG),
    ("350921009000,零\u200b宽,street,350921000000", Problem.NAME_CONTROL),
    ("350921009000,镇,town,350921000000", Problem.LEVEL_UNKNOWN),
    ("350921001000,重复,street,350921000000", Problem.DUPLICATE),
    ("350921009000,没有上级,street,999999000000", Problem.PARENT_UNKNOWN),
    ("350921009000,坏上级,street,99", Problem.PARENT_UNKNOWN),
    ("350921009000,街道无上级,street,", Problem.PARENT_MISSING),
    ("350921001009,社区挂县,community,350921000000", Problem.PARENT_KIND),
    ("350921009000,街道挂街道,street,350921001000", Problem.PARENT_KIND),
    ("350921009000,自己,street,350921009000", Problem.PARENT_CYCLE),
    ("350921009000,少一列,street", Problem.COLUMNS),
    ("350921009000,多一列,street,350921000000,x", Problem.COLUMNS),
    ('350921009000,"引号,street,350921000000', Problem.QUOTING),
    ("350921009000,乱码", Problem.COLUMNS),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("row", "problem"), BAD_ROWS)
def test_a_bad_row_is_named_and_the_good_ones_are_kept(row, problem):
    result = load(GOOD + row + "\n" + "350921002000,松港街道,street,350921000000\n")
    assert [(found.line, found.problem) for found in result.rejections] == [(5, problem)]
    assert result.created == 4
    assert tree.find_damage(Organization) == []


@pytest.mark.django_db
def test_broken_encoding_spoils_its_line_only():
    content = GOOD.encode() + "350921002000,松港街道,street,350921000000\n".encode("gbk")
    result = load(content)
    assert [(found.line, found.problem) for found in result.rejections] == [(5, Problem.ENCODING)]
    assert result.created == 3


@pytest.mark.django_db
def test_rows_below_a_bad_row_are_bad_and_order_does_not_matter():
    result = load(HEADER + COMMUNITY + STREET.replace("350921001000", "35092100100X", 1) + CITY)
    assert [(found.line, found.problem) for found in result.rejections] == [
        (2, Problem.PARENT_UNKNOWN),
        (3, Problem.CODE_DIGITS),
    ]
    assert list(names()) == ["350921000000"]
    assert load(HEADER + COMMUNITY + STREET).created == 2


@pytest.mark.django_db
def test_circles_of_parents_are_refused():
    first, second = "110000000000,甲,city,120000000000\n", "120000000000,乙,city,110000000000\n"
    result = load(HEADER + first + second + "120000001000,街,street,120000000000\n")
    assert [found.problem for found in result.rejections] == [
        Problem.PARENT_CYCLE,
        Problem.PARENT_CYCLE,
        Problem.PARENT_UNKNOWN,
    ]
    load(HEADER + "110000000000,甲,city,\n" + second)
    assert load(HEADER + first).rejections[0].problem is Problem.PARENT_CYCLE
    assert tree.find_damage(Organization) == []


@pytest.mark.django_db
def test_importing_twice_changes_nothing_and_renames_and_moves_follow():
    assert load("\ufeff" + GOOD.replace("\n", "\r\n")).created == 3
    again = load(GOOD)
    assert (again.created, again.renamed, again.moved, again.unchanged) == (0, 0, 0, 3)
    other = "350921002000,松港街道,street,350921000000\n"
    moved = COMMUNITY.replace("350921001000", "350921002000").replace("龙首社区", "龙首新社区")
    result = load(HEADER + CITY + STREET + other + moved)
    assert (result.created, result.renamed, result.moved) == (1, 1, 1)
    community = Organization.objects.get(code="350921001001")
    assert (community.parent.code, community.name) == ("350921002000", "龙首新社区")
    assert tree.find_damage(Organization) == []


@pytest.mark.django_db
def test_a_known_code_of_another_kind_and_a_closed_parent_are_refused():
    load(GOOD)
    city = Organization.objects.get(code="350921000000")
    make_department(city, code="350921777000")
    organization_close(actor=SYSTEM, organization_id=Organization.objects.get(code="350921001001").pk)
    organization_close(actor=SYSTEM, organization_id=Organization.objects.get(code="350921001000").pk)
    result = load(
        HEADER + "350921777000,部门,street,350921000000\n" + "350921001002,新社区,community,350921001000\n"
    )
    assert [found.problem for found in result.rejections] == [Problem.OTHER_KIND, Problem.PARENT_CLOSED]


@pytest.mark.django_db
def test_a_prefecture_city_without_counties_has_streets_directly_below():
    result = load(
        HEADER + "441900000000,东莞市,prefecture,\n" + "441900003000,东城街道,street,441900000000\n"
    )
    assert (result.created, result.rejections) == (2, [])


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["350921", "220781"])
def test_real_files_load_whole_and_soundly(code):
    content = (REFERENCE / "divisions" / f"{code}.csv").read_bytes()
    result = load(content)
    assert result.rejections == []
    assert result.created == len(content.splitlines()) - 1 == Organization.objects.count()
    assert tree.find_damage(Organization) == []
    root = Organization.objects.get(parent=None)
    assert tree.subtree(Organization.objects.filter(pk=root.pk)).count() == result.created


@pytest.mark.django_db
def test_limit_takes_a_branch_with_what_stands_above():
    content = (REFERENCE / "divisions" / "350921.csv").read_bytes()
    load(content, limit_to="350921001000")
    codes = set(names())
    assert {"350921000000", "350921001000"} < codes
    assert all(code.startswith(("350921001", "350921000000")) for code in codes)


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", "代码,名称\n".encode(), b"\x00\xff\xfe"])
def test_a_file_that_is_none_is_unreadable(content):
    with pytest.raises(Unreadable):
        divisions.read(content)


@pytest.mark.django_db
def test_command_reports_writes_the_refused_rows_and_exits(own_data_dir: Path, capsys):
    path = own_data_dir / "divisions.csv"
    path.write_text(GOOD + "35092100900A,[red]坏,street,350921000000\n", encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        call_command("import_divisions", str(path))
    assert refused.value.returncode == 1
    assert "新增 3 条" in capsys.readouterr().out
    with (own_data_dir / "divisions.csv.rejected.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["line"] == "5"
    assert "35092100900A" in rows[0]["reason"]
    assert "0–9 以外" in rows[0]["reason"]
    path.write_text(GOOD, encoding="utf-8")
    call_command("import_divisions", str(path))
    assert not (own_data_dir / "divisions.csv.rejected.csv").exists()
    for bad in ("missing.csv", "."):
        with pytest.raises(CommandError) as unreadable:
            call_command("import_divisions", str(own_data_dir / bad))
        assert unreadable.value.returncode == 2


def test_every_problem_has_words():
    assert set(REASONS) == set(Problem)


CELL = st.one_of(
    st.sampled_from(
        ["", "county", "street", "community", "350921000000", "350921001000", "350921001001", "名"]
    ),
    st.text(max_size=14),
)
LINES = st.lists(
    st.one_of(
        st.lists(CELL, min_size=1, max_size=5).map(lambda cells: ",".join(cells).encode()),
        st.binary(max_size=40),
    ),
    max_size=12,
)


@settings(max_examples=300, deadline=None)
@given(LINES)
def test_whatever_stands_in_a_file_every_line_is_used_or_refused(lines):
    content = HEADER.encode() + b"\n".join(lines)
    plan = divisions.read(content)
    allowed = {("", "city"), ("city", "city"), ("city", "street"), ("street", "community")}
    arranged = divisions.arrange(plan, known={}, allowed=allowed)
    expected = [n for n, raw in enumerate(content.splitlines()[1:], start=2) if raw.strip()]
    seen = [row.line for row in arranged.rows] + [found.line for found in arranged.rejections]
    assert sorted(seen) == expected
    placed = set()
    for row in arranged.rows:
        assert row.parent_code in placed or not row.parent_code
        assert row.code not in placed
        placed.add(row.code)
