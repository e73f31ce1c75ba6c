"""From the sealed rows of a piece to rows that could stand in the table: cleaned, sealed, marked. No queries.

The expensive half of an import: it can run in a process of its own, ahead of the half that writes.
"""

import base64
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core.crypto import decrypt, encrypt
from core.pinyin import sounds_and_initials
from residents.importing.files import Row
from residents.importing.headings import words
from residents.rules.import_rows import ImportedPerson, Layout, read_row
from residents.sealing import SealedDocument, SealedPhone, seal_document, seal_phone

WAITING_FIELD = "people_import.rows"
# The classes of rows have no slots: they go between processes by the million, and pickle is slow with them.


@dataclass(frozen=True)
class ReadyRow:
    """A row that passed: `imported` as it was read, with its sealed numbers and the sounds of its name."""

    line: int
    cells: list[str]
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
    cells: list[str]
    problems: list[list[str]]


@dataclass(frozen=True)
class CleanedChunk:
    """The rows of one piece, sorted by whether they can be taken."""

    ready: list[ReadyRow]
    bad: list[BadRow]


def seal_rows(rows: Sequence[Row]) -> str:
    """Return rows as they wait: packed, then sealed."""
    packed = zlib.compress(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode(), 1)
    return encrypt(base64.b64encode(packed).decode(), field=WAITING_FIELD)


def open_rows(sealed: str) -> list[Row]:
    """Return waiting rows; raises as core.crypto.decrypt for a key that is lost."""
    packed = base64.b64decode(decrypt(sealed, field=WAITING_FIELD))
    return [(line, cells) for line, cells in json.loads(zlib.decompress(packed))]


def clean_rows(rows: Sequence[Row], layout: Layout, *, today: date) -> CleanedChunk:
    """Read every row of a piece and seal what identifies."""
    known = words()
    ready: list[ReadyRow] = []
    bad: list[BadRow] = []
    for line, cells in rows:
        imported, problems = read_row(cells, layout, known, today=today)
        if imported is None:
            bad.append(BadRow(line, cells, [[problem.field, problem.code] for problem in problems]))
            continue
        person = imported.person
        document, phone = seal_document(person.document), seal_phone(person.phone)
        ready.append(ReadyRow(line, cells, imported, document, phone, *sounds_and_initials(person.name)))
    return CleanedChunk(ready, bad)


def clean_chunk(sealed: str, layout: Layout, today: date) -> CleanedChunk:
    """Do all of it for one piece; what a process of its own is asked for."""
    return clean_rows(open_rows(sealed), layout, today=today)
