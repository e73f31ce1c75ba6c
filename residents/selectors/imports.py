"""Imports of people as their pages show them: how far each is, what was refused, what was left."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core import clock
from core.crypto import decrypt
from core.spreadsheets import BOM, harmless
from organizations.models import User
from organizations.scopes import AnyUser
from residents.importing.cleaning import clean_rows, open_rows
from residents.importing.headings import reasons_title, titles
from residents.importing.places import Communities, NoPlace, places_of
from residents.importing.wording import reasons
from residents.importing.writing import REFUSED_FIELD
from residents.models import ImportLeft, PeopleImport, RefusedRow
from residents.rules.import_rows import Layout

SHOWN = 20
_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row as it stands in the table, with what is wrong in words; nothing for a row that is fine."""

    line: int
    cells: list[str]
    reasons: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that was not taken, and why."""

    line: int
    reasons: str


def import_for(user: AnyUser, pk: int) -> PeopleImport | None:
    """Return one import within the person's view; one query beyond the scope."""
    found: PeopleImport | None = (
        PeopleImport.objects.visible_to(user).select_related("community", "created_by").filter(pk=pk).first()
    )
    return found


def preview(user: User, job: PeopleImport, mapping: Mapping[str, int]) -> list[PreviewRow]:
    """Return the first rows of a waiting table with what would be wrong with them; six queries at most."""
    chunk = job.chunks.filter(number=0).exclude(sealed="").first()
    if chunk is None:
        return []
    rows = open_rows(chunk.sealed)[:SHOWN]
    cleaned = clean_rows(rows, Layout(dict(mapping)), today=clock.today())
    problems = {bad.line: bad.problems for bad in cleaned.bad}
    places = places_of(cleaned.ready, Communities(user, job.community_id))
    for ready, place in zip(cleaned.ready, places, strict=True):
        if isinstance(place, NoPlace):
            problems[ready.line] = [[place.field, place.code]]
    return [PreviewRow(line, cells, reasons(problems.get(line, []))) for line, cells in rows]


def first_refusals(job: PeopleImport) -> list[Refusal]:
    """Return the first rows that were refused, with their reasons; one query."""
    rows = RefusedRow.objects.filter(job=job).defer("sealed").order_by("line")[:SHOWN]
    return [Refusal(row.line, reasons(row.problems)) for row in rows]


def first_left(job: PeopleImport) -> list[ImportLeft]:
    """Return the first people an undoing has left, with the reason; one query."""
    return list(ImportLeft.objects.filter(job=job).select_related("person").order_by("pk")[:SHOWN])


def refused_file(job: PeopleImport) -> Iterator[str]:
    """Return the refused rows as a CSV like the table that came in, with the reasons in a last column.

    It can be corrected and imported as it is: its titles are the same, so its columns are known.
    """
    yield BOM + _line([*_own(job), reasons_title()])
    width = len(_own(job))
    refused = RefusedRow.objects.filter(job=job).order_by("line")
    for row in refused.iterator(chunk_size=_BATCH):
        cells: list[str] = json.loads(decrypt(row.sealed, field=REFUSED_FIELD) or "[]")
        full = [*cells, *[""] * width][:width]
        yield _line([*(harmless(cell) for cell in full), reasons(row.problems)])


def template_file() -> str:
    """Return an empty table with our own titles."""
    return BOM + _line([listed[0] for listed in titles().values()])


def _own(job: PeopleImport) -> list[str]:
    """Return the titles without the column of reasons we have added to an earlier file."""
    headings: list[str] = job.headings
    return headings[:-1] if headings[-1:] == [reasons_title()] else headings


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
