"""Cells of foreign tables: days in every form, words, numbers a spreadsheet has cut off."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.pinyin import initials, sounds, sounds_and_initials
from residents.importing.files import cell_text
from residents.importing.headings import find_headings, first_words, guess_columns, words
from residents.rules.import_cells import is_scientific, read_date, read_text
from residents.rules.import_rows import FIELDS, Layout, read_row

TODAY = date(2026, 11, 21)
DAY = date(1980, 5, 7)


@pytest.mark.parametrize(
    "text",
    [
        "1980-05-07",
        "1980-5-7",
        "1980/5/7",
        "1980.05.07",
        "1980年5月7日",
        "19800507",
        "29348",
        "29348.0",
        "1980-05-07 00:00:00",
    ],
)
def test_one_day_in_every_form(text: str) -> None:
    assert read_date(text) == DAY


@pytest.mark.parametrize(
    "text", ["", "7/5/1980", "1980-13-01", "1980-02-30", "198005", "0", "1e5", "明天", "99999"]
)
def test_what_is_no_day(text: str) -> None:
    assert read_date(text) is None


@given(st.dates(min_value=date(1900, 3, 1), max_value=date(2099, 12, 31)))
def test_day_numbers_of_spreadsheets(day: date) -> None:
    assert read_date(str((day - date(1899, 12, 30)).days)) == day
    assert read_date(f"{day:%Y%m%d}") == day == read_date(f"{day.year}年{day.month}月{day.day}日")


def test_numbers_of_spreadsheets() -> None:
    assert [cell_text(cell) for cell in (13800001234.0, 12, None, 1.5, True)] == [
        "13800001234",
        "12",
        "",
        "1.5",
        "True",
    ]
    assert is_scientific(cell_text(350921198005171234.0))
    assert is_scientific("4.40524E+17")
    assert not is_scientific("350921198005171234")
    assert cell_text(timedelta(1)) == ""


@given(st.text(max_size=30))
def test_reading_a_cell_twice_changes_nothing(text: str) -> None:
    once = read_text(text)
    assert once.startswith("'") or read_text(once) == once


@given(st.lists(st.text(max_size=25), max_size=len(FIELDS) + 2))
def test_any_row_is_read_or_refused(cells: list[str]) -> None:
    layout = Layout({field: place for place, field in enumerate(FIELDS)})
    person, problems = read_row(cells, layout, words(), today=TODAY)
    assert (person is None) is bool(problems)


def test_titles_are_known_whatever_their_ornaments() -> None:
    assert guess_columns(["序号", "姓 名*", "公民身份号码（必填）", "与户主关系", "手机号码"]) == {
        "name": 1,
        "document_number": 2,
        "kinship": 3,
        "phone": 4,
    }
    rows = [["某村人口表", ""], ["", ""], ["姓名", "身份证号"], ["林一", "1"]]
    assert find_headings(rows) == (["姓名", "身份证号"], 3)


def test_every_code_has_a_word_of_ours() -> None:
    for field, codes in first_words().items():
        assert {words()[field][word] for word in codes.values()} == set(codes)


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=5))
def test_sounds_of_names_read_sign_by_sign_are_the_same(name: str) -> None:
    assert sounds_and_initials(name) == (sounds(name), initials(name))


@pytest.mark.parametrize(
    "name", ["曾国藩", "单田芳", "长孙无忌", "𠅤䶮", "阿卜杜拉·买买提", "Ali Khan", "银行", "重庆"]
)
def test_sounds_of_odd_names_are_the_same(name: str) -> None:
    assert sounds_and_initials(name) == (sounds(name), initials(name))
