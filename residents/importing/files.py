"""Reading a table somebody hands in: CSV in the encodings offices use, streamed, or a spreadsheet.

Knows no database. CSV costs the same memory at any length; a spreadsheet is unpacked whole, and limited.
"""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain, islice
from typing import IO, Any, NoReturn

from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook

from core.errors import Invalid, Text
from residents.importing.headings import find_headings

MOST_SHEET_ROWS = 200_000
MOST_BYTES = 200 * 1024 * 1024
_MOST_UNPACKED = 1024 * 1024 * 1024
_MOST_COLUMNS = 60
_LONGEST_CELL = 300
_BLOCK = 1024 * 1024
_LOOKED_AT = 10
_BOOKS = (".xlsx", ".xls", ".xlsb", ".ods")
# Larger whole numbers cannot be told from their neighbours in a spreadsheet's cell.
_EXACT = 10**15
Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Table:
    """A file's column titles and its rows with their line numbers; rows are read as they are asked for."""

    headings: list[str]
    rows: Iterator[Row]


def read_table(stream: IO[bytes], *, name: str, most_bytes: int | None = MOST_BYTES) -> Table:
    """Return what the file holds; raises Invalid naming `file`, for a broken place also while rows are read.

    Rows without a single sign in them are left out. Titles may stand below others that span the table.
    """
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    if most_bytes is not None and size > most_bytes:
        _refuse("file_too_large", _("This file is larger than 200 MB. Please split it."))
    lines = _book(stream) if name.lower().endswith(_BOOKS) else _csv(stream)
    numbered = ((number, cells[:_MOST_COLUMNS]) for number, cells in enumerate(lines, 1) if any(cells))
    first = list(islice(numbered, _LOOKED_AT))
    headings, used = find_headings([cells for _number, cells in first])
    return Table(headings, chain(first[used:], numbered))


def _csv(stream: IO[bytes]) -> Iterator[list[str]]:
    encoding = _encoding(stream)
    text = io.TextIOWrapper(io.BufferedReader(_Raw(stream), _BLOCK), encoding=encoding, newline="")
    start = text.read(20_000)
    text.seek(0)
    head = start.split("\n", _LOOKED_AT)[:_LOOKED_AT]
    delimiter = max(",\t;", key="\n".join(head).count)
    try:
        for row in csv.reader(text, delimiter=delimiter):
            yield [cell.strip()[:_LONGEST_CELL] for cell in row]
    except (csv.Error, UnicodeError) as error:
        raise _unreadable() from error


class _Raw(io.RawIOBase):
    """A readable and seekable face of any binary file, Django's uploads included."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _encoding(stream: IO[bytes]) -> str:
    """Return the first encoding in which the whole file can be read; leaves the stream at its start."""
    start = stream.read(4)
    stream.seek(0)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for encoding in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            while block := stream.read(_BLOCK):
                if b"\0" in block:
                    raise _unreadable()
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        finally:
            stream.seek(0)
        return encoding
    raise _unreadable()


def _book(stream: IO[bytes]) -> Iterator[list[str]]:
    if zipfile.is_zipfile(stream):
        stream.seek(0)
        with zipfile.ZipFile(stream) as packed:
            # A small file may unpack to more than the machine holds.
            if sum(each.file_size for each in packed.infolist()) > _MOST_UNPACKED:
                _refuse("file_too_large", _("This file is larger than 200 MB. Please split it."))
    stream.seek(0)
    try:
        sheet = CalamineWorkbook.from_filelike(stream).get_sheet_by_index(0)
        too_long = sheet.total_height > MOST_SHEET_ROWS
        rows = sheet.iter_rows()
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise _unreadable() from error
    if too_long:
        _refuse(
            "too_many_rows",
            _("A spreadsheet may hold at most 200,000 rows. Please save it as CSV, or split it."),
        )
    return ([cell_text(cell) for cell in row] for row in rows)


def cell_text(cell: Any) -> str:
    """Return a spreadsheet's cell as somebody would have typed it; numbers too long to be exact as 3E+17."""
    if isinstance(cell, str):
        return cell.strip()[:_LONGEST_CELL]
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) < _EXACT:
            return str(int(cell))
        return f"{cell:.5E}" if abs(cell) >= _EXACT else repr(cell)
    if isinstance(cell, int) and not isinstance(cell, bool):
        return str(cell) if abs(cell) < _EXACT else f"{float(cell):.5E}"
    return "" if cell is None or isinstance(cell, timedelta) else str(cell)


def _unreadable() -> Invalid:
    message = _("This file cannot be read. Please save it as XLSX or as CSV in UTF-8.")
    return Invalid("file_unreadable", message, field="file")


def _refuse(code: str, message: Text) -> NoReturn:
    raise Invalid(code, message, field="file")
