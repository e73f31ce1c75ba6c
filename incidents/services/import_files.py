"""Reading a file of another system: CSV in the encodings offices use, or XLSX; knows no database."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn
from xml.etree.ElementTree import ParseError

import yaml
from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from core.errors import Invalid, Text

MOST_ROWS = 20_000
MOST_BYTES = 10 * 1024 * 1024
_MOST_UNPACKED = 100 * 1024 * 1024
_MOST_COLUMNS = 60
_LONGEST_CELL = 4_000
_ENCODINGS = ("utf-8-sig", "gb18030")
_COLUMNS = Path(__file__).resolve().parent.parent / "reference" / "import_columns.yaml"
_BROKEN = (
    zipfile.BadZipFile,
    InvalidFileException,
    KeyError,
    ValueError,
    IndexError,
    OSError,
    ParseError,
)
_NEEDED = ("number", "category", "description")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's column titles and its rows of texts, each as long as the titles, with their line numbers."""

    header: list[str]
    rows: list[tuple[int, list[str]]]


def read_sheet(content: bytes, *, name: str) -> Sheet:
    """Return what the file holds; raises Invalid naming `file` for one that cannot be read or used."""
    if len(content) > MOST_BYTES:
        _refuse("file_too_large", _("This file is larger than 10 MB. Please split it."))
    lines = _xlsx(content) if name.lower().endswith(".xlsx") else _csv(content)
    numbered = ((number, cells) for number, cells in enumerate(lines, 1) if any(cells))
    _number, header = next(numbered, (0, []))
    columns = columns_of(header)
    missing = [title_of(part) for part in _NEEDED if part not in columns]
    if missing:
        raise Invalid(
            "columns_missing",
            _("The first row must name these columns: %(titles)s. Please use the template."),
            field="file",
            params={"titles": " · ".join(missing)},
        )
    rows: list[tuple[int, list[str]]] = []
    for number, cells in numbered:
        if len(rows) == MOST_ROWS:
            _refuse("too_many_rows", _("A file may hold at most 20,000 rows. Please split it."))
        rows.append((number, [*cells, *[""] * len(header)][: len(header)]))
    if not rows:
        _refuse("file_empty", _("There are no rows below the titles."))
    return Sheet(header, rows)


def columns_of(header: Iterable[str]) -> dict[str, int]:
    """Return part → place of the columns whose titles are known."""
    known = {_same(title): part for part, titles in _titles().items() for title in titles}
    found: dict[str, int] = {}
    for place, title in enumerate(header):
        part = known.get(_same(title))
        if part is not None:
            found.setdefault(part, place)
    return found


def title_of(part: str) -> str:
    """Return the title our own template gives a part."""
    return _titles()[part][0]


def template_titles() -> list[str]:
    """Return the titles of our own template, in order."""
    return [titles[0] for titles in _titles().values()]


@lru_cache(maxsize=1)
def _titles() -> dict[str, list[str]]:
    titles: dict[str, list[str]] = yaml.safe_load(_COLUMNS.read_text(encoding="utf-8"))
    return titles


def _same(title: str) -> str:
    return "".join(title.split()).lower()


def _csv(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    return _cells(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _decoded(content: bytes) -> str:
    for encoding in _ENCODINGS:
        with suppress(UnicodeDecodeError):
            return content.decode(encoding)
    raise _unreadable()


def _xlsx(content: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            # A small file may unpack to more than the machine holds.
            if sum(each.file_size for each in packed.infolist()) > _MOST_UNPACKED:
                _refuse("file_too_large", _("This file is larger than 10 MB. Please split it."))
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        return _cells(list(sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 2, max_col=_MOST_COLUMNS)))
    except _BROKEN as error:
        raise _unreadable() from error


def _cells(rows: Iterable[Iterable[Any]]) -> Iterator[list[str]]:
    try:
        for row in rows:
            yield [_text(cell) for cell in row][:_MOST_COLUMNS]
    except csv.Error as error:
        raise _unreadable() from error


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    # Phone and case numbers come out of a spreadsheet as 13800001234.0
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()[:_LONGEST_CELL]


def _unreadable() -> Invalid:
    message = _("This file cannot be read. Please save it as XLSX or as CSV in UTF-8.")
    return Invalid("file_unreadable", message, field="file")


def _refuse(code: str, message: Text) -> NoReturn:
    raise Invalid(code, message, field="file")
