"""Which column of a foreign table holds which field: guessed from its titles, by the words in `reference`."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import yaml
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from residents.rules.import_rows import FIELDS, NEEDED, Words

_FOLDER = Path(__file__).resolve().parent.parent / "reference"
_ORNAMENT = re.compile(r"\(.*?\)|[\s*:_/、·]+|[()]")
# A row of titles names at least so many fields; a table's name spanning all columns does not.
_LEAST = 2


@lru_cache(maxsize=1)
def titles() -> dict[str, list[str]]:
    """Return the titles a field may have, the one of our own template first."""
    return {field: _listed()[field] for field in FIELDS}


@lru_cache(maxsize=1)
def words() -> Words:
    """Return for each field with a list the code of every word."""
    found = yaml.safe_load((_FOLDER / "import_words.yaml").read_text("utf-8"))
    return {
        field: {word: code for code, listed in codes.items() for word in listed}
        for field, codes in found.items()
    }


@lru_cache(maxsize=1)
def first_words() -> Mapping[str, Mapping[str, str]]:
    """Return for each field with a list the word our own files use for every code."""
    found = yaml.safe_load((_FOLDER / "import_words.yaml").read_text("utf-8"))
    return {field: {code: listed[0] for code, listed in codes.items()} for field, codes in found.items()}


def guess_columns(headings: Sequence[str]) -> dict[str, int]:
    """Return field → place of the columns whose titles are known; the first of two counts."""
    found: dict[str, int] = {}
    for place, heading in enumerate(headings):
        field = _fields().get(_plain(heading))
        if field is not None:
            found.setdefault(field, place)
    return found


def headings_mark(headings: Iterable[str]) -> str:
    """Return what tables with the same titles in the same order have in common.

    The column of reasons does not count, so that refused rows come back with their columns known.
    """
    plain = [_plain(heading) for heading in headings if heading != reasons_title()]
    return hashlib.sha256("\n".join(plain).encode()).hexdigest()[:32]


def reasons_title() -> str:
    """Return the title of the column we add to refused rows."""
    return _listed()["reasons"][0]


def find_headings(rows: Sequence[Sequence[str]]) -> tuple[list[str], int]:
    """Return the titles and how many of the first rows they take up, what stands above them included.

    Titles of two rows, one spanning columns of the other, are joined. Raises Invalid where there are none.
    """
    known = [len(guess_columns(row)) for row in rows]
    best = max(range(len(rows)), key=lambda number: (known[number], -number), default=0)
    if not rows or known[best] < _LEAST:
        raise Invalid(
            "headings_missing",
            _("No row names at least a column for the name and one for the number. Please use the template."),
            field="file",
        )
    headings, used = list(rows[best]), best + 1
    if used < len(rows) and _is_second_row(headings, rows[used]):
        headings = _joined(headings, rows[used])
        used += 1
    return headings, used


def check_columns(mapping: Mapping[str, int], headings: Sequence[str]) -> dict[str, int]:
    """Return the columns as they may be used; raises Invalid for two fields of one column, or one missing."""
    columns = {field: place for field, place in mapping.items() if field in FIELDS}
    missing = [titles()[field][0] for field in NEEDED if field not in columns]
    if missing:
        raise Invalid(
            "columns_missing",
            _("Please say which column holds: %(titles)s."),
            field=NEEDED[0] if NEEDED[0] not in columns else NEEDED[1],
            params={"titles": " · ".join(missing)},
        )
    places = list(columns.values())
    for field, place in columns.items():
        if places.count(place) > 1:
            raise Invalid(
                "column_twice",
                _("The column “%(title)s” is named for two things. Please choose one."),
                field=field,
                params={"title": headings[place]},
            )
    return columns


@lru_cache(maxsize=1)
def _listed() -> dict[str, list[str]]:
    found: dict[str, list[str]] = yaml.safe_load((_FOLDER / "import_headings.yaml").read_text("utf-8"))
    return found


@lru_cache(maxsize=1)
def _fields() -> dict[str, str]:
    return {_plain(title): field for field, listed in titles().items() for title in listed}


def _plain(title: str) -> str:
    return _ORNAMENT.sub("", unicodedata.normalize("NFKC", title)).lower() or title.strip("()")


def _is_second_row(headings: Sequence[str], below: Sequence[str]) -> bool:
    """Return whether the row below names columns, and none that is named already."""
    second = guess_columns(below)
    return bool(second) and not set(second) & set(guess_columns(headings))


def _joined(headings: Sequence[str], below: Sequence[str]) -> list[str]:
    width = max(len(headings), len(below))
    upper, lower = ([*row, *[""] * (width - len(row))] for row in (headings, below))
    return [second or first for first, second in zip(upper, lower, strict=True)]
