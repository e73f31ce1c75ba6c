"""Names and phones as they are written, and people whose parts contradict each other."""

from datetime import date
from typing import Any

import pytest

from residents.rules.documents import DocumentKind, Gender
from residents.rules.names import clean_name, name_problem
from residents.rules.people import PersonDraft, read_person
from residents.rules.phones import clean_phone, is_phone

TODAY = date(2026, 11, 21)
ID = "11010519491231002X"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("张 伟", "张伟"),
        (" 欧阳娜娜　", "欧阳娜娜"),
        ("阿卜杜拉.买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        ("𠅤一", "𠅤一"),
        ("䶮", "䶮"),
        ("Maria  Garcia", "Maria Garcia"),
        ("ＡＮＮＡ", "ANNA"),
    ],
)
def test_names_are_kept_in_one_way_of_writing(text: str, kept: str) -> None:
    assert clean_name(text) == kept
    assert name_problem(kept) == ""


@pytest.mark.parametrize(
    ("text", "problem"),
    [("", "missing"), ("张" * 61, "long"), ("张三(户主)", "signs"), ("=1+1", "signs"), ("张3", "signs")],
)
def test_names_that_are_none_are_refused(text: str, problem: str) -> None:
    assert name_problem(clean_name(text)) == problem


@pytest.mark.parametrize(
    ("text", "kept", "good"),
    [
        ("138 0000 1234", "13800001234", True),
        ("+86 13800001234", "13800001234", True),
        ("１３８００００１２３４", "13800001234", True),
        ("0593-8881234", "05938881234", True),
        ("+1 (415) 555-2671", "+14155552671", True),
        ("1380000123", "1380000123", False),
        ("无", "无", False),
    ],
)
def test_phones(text: str, kept: str, good: bool) -> None:
    assert clean_phone(text) == kept
    assert is_phone(kept) is good


def problems(**parts: Any) -> dict[str, str]:
    given: dict[str, Any] = {"name": "林一", "document_number": ID} | parts
    draft = PersonDraft(**given)
    return {each.field: each.code for each in read_person(draft, today=TODAY)[1]}


def test_every_problem_is_named_at_once() -> None:
    assert problems(name="", document_number="1", phone="12") == {
        "name": "missing",
        "document_number": "length",
        "phone": "shape",
    }


def test_what_contradicts_the_document_is_refused() -> None:
    assert problems(birth_date=date(1949, 12, 30)) == {"birth_date": "differs"}
    assert problems(gender=Gender.MALE) == {"gender": "differs"}
    assert problems(gender=Gender.UNSTATED) == {}


def test_a_document_fills_what_was_not_given() -> None:
    person, found = read_person(PersonDraft(name="林一", document_number=ID), today=TODAY)
    assert not found
    assert (person.birth_date, person.gender) == (date(1949, 12, 31), Gender.FEMALE)


def test_who_has_no_document_can_be_registered() -> None:
    none = DocumentKind.NONE
    assert problems(document_kind=none, document_number="") == {}
    assert problems(document_kind=none, document_number="", birth_date=date(2027, 1, 1)) == {
        "birth_date": "range"
    }
