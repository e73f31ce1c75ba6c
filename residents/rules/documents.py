"""Identity documents: how each kind is written, and what a resident ID says. Source: R-201, R-202."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from stdnum.cn import ric

OLDEST_YEARS = 130


class DocumentKind(StrEnum):
    """The documents a person can be registered by; `NONE` for who has none."""

    RESIDENT_ID = "resident_id"
    HK_MACAO_PERMIT = "hk_macao_permit"
    TAIWAN_PERMIT = "taiwan_permit"
    HMT_RESIDENCE = "hmt_residence"
    FOREIGN_RESIDENCE = "foreign_residence"
    PASSPORT = "passport"
    MILITARY = "military"
    OTHER = "other"
    NONE = "none"


class Gender(StrEnum):
    """GB/T 2261.1."""

    UNKNOWN = "0"
    MALE = "1"
    FEMALE = "2"
    UNSTATED = "9"


# Kinds of 18 digits with the check digit of GB 11643; residence permits of 810000, 820000 and 830000 have it.
_CHECKED = frozenset({DocumentKind.RESIDENT_ID, DocumentKind.HMT_RESIDENCE})
_SHAPES = {
    DocumentKind.HK_MACAO_PERMIT: re.compile(r"[HM]\d{8}(\d{2})?"),
    DocumentKind.TAIWAN_PERMIT: re.compile(r"\d{8}(\d{2})?"),
    DocumentKind.HMT_RESIDENCE: re.compile(r"8[123]0000\d{11}[\dX]"),
    DocumentKind.FOREIGN_RESIDENCE: re.compile(r"[A-Z]{3}\d{12}|9\d{17}"),
    DocumentKind.PASSPORT: re.compile(r"[A-Z0-9]{5,20}"),
    DocumentKind.MILITARY: re.compile(r"[\w\u4e00-\u9fff]{5,20}"),
    DocumentKind.OTHER: re.compile(r"[\w\u4e00-\u9fff-]{3,30}"),
}
_RESIDENT_ID = re.compile(r"[1-9]\d{16}[\dX]")
_NOISE = re.compile(r"[\s\u200b\ufeff'-]+")


@dataclass(frozen=True)
class Document:
    """A document as it is kept, with what its number says; `problem` is why it is refused, if it is.

    Problems: missing, length, shape, check_digit, birth_date, unwanted.
    """

    kind: DocumentKind
    number: str
    birth_date: date | None = None
    gender: Gender | None = None
    problem: str = ""


def read_document(kind: DocumentKind, text: str, *, today: date) -> Document:
    """Return the document; full-width digits, spaces and a small x are mended, nothing else is guessed."""
    number = _NOISE.sub("", unicodedata.normalize("NFKC", text)).upper()
    if kind is DocumentKind.NONE:
        return Document(kind, number, problem="unwanted" if number else "")
    if not number:
        return Document(kind, number, problem="missing")
    if kind in _CHECKED:
        return _read_checked(kind, number, today)
    return Document(kind, number, problem="" if _SHAPES[kind].fullmatch(number) else "shape")


def _read_checked(kind: DocumentKind, number: str, today: date) -> Document:
    if len(number) != 18:
        return Document(kind, number, problem="length")
    if not _SHAPES.get(kind, _RESIDENT_ID).fullmatch(number):
        return Document(kind, number, problem="shape")
    if ric.calc_check_digit(number) != number[-1]:
        return Document(kind, number, problem="check_digit")
    born = _birth_date(number[6:14])
    if born is None or not can_be_born(born, today):
        return Document(kind, number, problem="birth_date")
    gender = Gender.MALE if int(number[16]) % 2 else Gender.FEMALE
    return Document(kind, number, born, gender)


def _birth_date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def can_be_born(born: date, today: date) -> bool:
    """Return whether somebody of whom we keep a file can have been born on the day."""
    return born <= today and today.year - born.year <= OLDEST_YEARS


def age_on(born: date, day: date) -> int:
    """Return full years; who was born on 29 February has the birthday on 1 March of other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
