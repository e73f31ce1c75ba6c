"""From the sealed rows of a piece to rows that could stand in the table: cleaned, sealed, marked. No queries.

The expensive half of an import: it can run in a process of its own, ahead of the half that writes.
"""

import base64
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from cryptography.exceptions import InvalidTag

from core.crypto import decrypt, encrypt
from core.pinyin import sounds_and_initials
from residents.importing.files import Row
from residents.importing.headings import words
from residents.rules.import_rows import ImportedPerson, Layout, read_row
from residents.rules.names import LONGEST_SOUNDS
from residents.sealing import SealedDocument, SealedPhone, seal_document, seal_phone

WAITING_FIELD = "people_import.rows"
# The classes of rows have no slots: they go between processes by the million, and pickle is slow with them.


@dataclass(frozen=True)
class ReadyRow:
    """A row that passed: `imported` as it was read, with its sealed numbers and the sounds of its name."""

    line: int
    imported: ImportedPerson
    document: SealedDocument
    phone: SealedPhone
    pinyin: str
    initials: str

    @property
    def document_key(self) -> tuple[str, UUID] | None:
        """Return what the document is found by; None without one."""
        mark = self.document.document_mark
        return None if mark is None else (self.document.document_kind, mark)


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be taken, with every reason: field and problem, some with a detail."""

    line: int
    problems: list[list[str]]
    cells: list[str] | None = None


@dataclass(frozen=True)
class CleanedChunk:
    """The rows of one piece, sorted by whether they can be taken."""

    ready: list[ReadyRow]
    bad: list[BadRow]


class RowsLost(Exception):
    """Waiting rows cannot be read any more: their key is gone, or they have been tampered with."""


def seal_rows(rows: Sequence[Row]) -> str:
    """Return rows as they wait: packed, then sealed."""
    packed = zlib.compress(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode(), 1)
    return encrypt(base64.b64encode(packed).decode(), field=WAITING_FIELD)


def open_rows(sealed: str) -> list[Row]:
    """Return waiting rows; raises RowsLost for a key that is gone."""
    try:
        packed = base64.b64decode(decrypt(sealed, field=WAITING_FIELD))
    except (InvalidTag, KeyError) as error:
        raise RowsLost from error
    return [(line, cells) for line, cells in json.loads(zlib.decompress(packed))]


def clean_rows(rows: Sequence[Row], layout: Layout, *, today: date) -> CleanedChunk:
    """Read every row of a piece and seal what identifies."""
    known = words()
    ready: list[ReadyRow] = []
    bad: list[BadRow] = []
    for line, cells in rows:
        imported, problems = read_row(cells, layout, known, today=today)
        if imported is None:
            bad.append(BadRow(line, [[problem.field, problem.code] for problem in problems], cells))
            continue
        person = imported.person
        document, phone = seal_document(person.document), seal_phone(person.phone)
        pinyin, initials = sounds_and_initials(person.name)
        ready.append(ReadyRow(line, imported, document, phone, pinyin[:LONGEST_SOUNDS], initials))
    return CleanedChunk(ready, bad)


def clean_chunk(sealed: str, layout: Layout, today: date) -> CleanedChunk:
    """Do all of it for one piece; what a process of its own is asked for."""
    return clean_rows(open_rows(sealed), layout, today=today)


def with_cells(bad: Sequence[BadRow], sealed: str) -> list[BadRow]:
    """Return the rows with what stood in them; read again from the piece where it was not kept."""
    if all(row.cells is not None for row in bad):
        return list(bad)
    cells = dict(open_rows(sealed))
    return [row if row.cells is not None else replace(row, cells=cells[row.line]) for row in bad]
