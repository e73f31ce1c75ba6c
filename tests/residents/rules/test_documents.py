"""Documents: what is mended, what is refused, and what a number says."""

from datetime import date

import pytest
from stdnum.cn import ric

from residents.rules.documents import DocumentKind, Gender, age_on, read_document

TODAY = date(2026, 11, 21)


def read(text: str, kind: DocumentKind = DocumentKind.RESIDENT_ID) -> tuple[str, str]:
    document = read_document(kind, text, today=TODAY)
    return document.number, document.problem


@pytest.mark.parametrize(
    "text",
    [
        "11010519491231002X",
        "11010519491231002x",
        " 110105 19491231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105-19491231-002X",
        "'11010519491231002X",
        "\ufeff11010519491231002X",
    ],
)
def test_numbers_are_read_as_people_type_them(text: str) -> None:
    assert read(text) == ("11010519491231002X", "")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "missing"),
        ("110105194912310021", "check_digit"),
        ("11010519491231020X", "check_digit"),
        ("1101051949123100", "length"),
        ("110105491231002", "length"),
        ("A1010519491231002X", "shape"),
        ("01010519491231002X", "shape"),
        ("440524198002310015", "check_digit"),
    ],
)
def test_wrong_numbers_are_refused_with_the_reason(text: str, problem: str) -> None:
    assert read(text)[1] == problem


@pytest.mark.parametrize("digits", ["19800230", "20261122", "18941231", "19801301"])
def test_impossible_birth_dates_are_refused_even_with_a_fitting_check_digit(digits: str) -> None:
    body = f"350921{digits}001"
    assert read(body + ric.calc_check_digit(body + "0"))[1] == "birth_date"


def test_a_number_says_birth_date_and_gender() -> None:
    woman = read_document(DocumentKind.RESIDENT_ID, "11010519491231002X", today=TODAY)
    assert (woman.birth_date, woman.gender) == (date(1949, 12, 31), Gender.FEMALE)
    man = read_document(DocumentKind.RESIDENT_ID, "440524188001010014", today=date(1950, 1, 1))
    assert (man.birth_date, man.gender) == (date(1880, 1, 1), Gender.MALE)
    assert read("440524188001010014")[1] == "birth_date"  # nobody alive today


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (DocumentKind.HK_MACAO_PERMIT, "H12345678", "X12345678"),
        (DocumentKind.TAIWAN_PERMIT, "12345678", "1234567"),
        (DocumentKind.FOREIGN_RESIDENCE, "USA110123456789", "US110123456789"),
        (DocumentKind.PASSPORT, "e12345678", "E-1"),
        (DocumentKind.OTHER, "户口簿123", "#1"),
    ],
)
def test_other_documents_have_their_own_shape(kind: DocumentKind, good: str, bad: str) -> None:
    assert read(good, kind)[1] == ""
    assert read(bad, kind)[1] == "shape"


def test_no_document_means_no_number() -> None:
    assert read("", DocumentKind.NONE) == ("", "")
    assert read("123", DocumentKind.NONE)[1] == "unwanted"


def test_age_counts_full_years() -> None:
    born = date(2012, 2, 29)
    assert age_on(born, date(2026, 2, 28)) == 13
    assert age_on(born, date(2026, 3, 1)) == 14
