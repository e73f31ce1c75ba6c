"""Giving out lists of people: for a purpose, with a watermark, numbers masked unless the role holds more.

Rows are read by keyset and written as they are read, so that a list costs the same memory at any length.
Source: R-226, R-227.
"""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook

from core import clock
from core.actor import Actor
from core.crypto import mask_document, mask_phone
from core.errors import Denied, Invalid, Missing
from core.looks import LONGEST_PURPOSE, log_looks
from core.spreadsheets import BOM, harmless
from organizations.models import User
from organizations.scopes import scope_of
from residents.choices import PopulationType
from residents.importing.headings import first_words, titles
from residents.models import PeopleExport, Person
from residents.sealing import open_document, open_phone
from residents.selectors.areas import communities_with

logger = structlog.get_logger(__name__)
EXPORT = "residents.export_people"
EXPORT_NUMBERS = "residents.export_numbers"
FORMATS = ("csv", "xlsx")
MOST_SHEET_ROWS = 100_000
_LEAST_PURPOSE = 4
_BATCH = 2_000
_FIELDS = (
    *("name", "document_kind", "document_number", "gender", "birth_date", "phone", "kinship"),
    *("population_type", "political_status", "household_number", "community", "grid", "building"),
    *("unit", "room", "lived_since"),
)
_PARTS = ("community", "grid", "building", "household__dwelling")


def export_open(
    *,
    actor: Actor,
    purpose: str,
    file_format: str = "csv",
    community_id: int | None = None,
    population_type: str = "",
    with_numbers: bool = False,
) -> PeopleExport:
    """Write down who takes which list out and why, in the access log too; other functions give it.

    Raises Denied("permission_missing"), Missing("community_missing"), Invalid naming purpose or file_format.
    """
    user = actor.user
    held = scope_of(user).permissions if isinstance(user, User) else frozenset()
    if not isinstance(user, User) or EXPORT not in held or (with_numbers and EXPORT_NUMBERS not in held):
        raise Denied("permission_missing", _("Your role does not include this step."))
    why = " ".join(purpose.split())[:LONGEST_PURPOSE]
    if len(why) < _LEAST_PURPOSE:
        raise Invalid("purpose_missing", _("Please write why you need this."), field="purpose")
    if file_format not in FORMATS or population_type not in {"", *PopulationType.values}:
        raise Invalid("choice_invalid", _("Please choose one of the values offered."), field="file_format")
    if community_id is not None and not _communities(user, with_numbers).filter(pk=community_id).exists():
        raise Missing("community_missing", _("There is no such community, or it is not yours to see."))
    filters = {"community": community_id, "population_type": population_type}
    with transaction.atomic():
        export = PeopleExport.objects.create(
            filters={name: value for name, value in filters.items() if value},
            purpose=why,
            with_numbers=with_numbers,
            file_format=file_format,
            created_by=user,
            created_at=clock.now(),
        )
        if file_format == "xlsx" and _people(export, user)[: MOST_SHEET_ROWS + 1].count() > MOST_SHEET_ROWS:
            raise Invalid(
                "too_many_rows",
                _("A spreadsheet holds at most 100,000 people. Choose CSV, or one community."),
                field="file_format",
            )
        log_looks(
            user.pk,
            subject_type="people_export",
            subject_ids=[export.pk],
            fields=["numbers" if with_numbers else "masked"],
            purpose=why,
        )
    logger.info("people export opened", export_id=export.pk, actor_id=user.pk)
    return export


def export_csv(export: PeopleExport) -> Iterator[str]:
    """Return the list line by line as CSV; how many people it held is written down with the last."""
    yield BOM
    for row in _table(export):
        out = io.StringIO()
        csv.writer(out).writerow(row)
        yield out.getvalue()


def export_xlsx(export: PeopleExport) -> Path:
    """Return a new file with the list as a spreadsheet; whoever asked removes it."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(_t("People"))
    mark = watermark(export).replace("&", "&&")  # one alone begins a code in headers
    sheet.oddHeader.center.text = mark
    sheet.oddFooter.center.text = mark
    for row in _table(export):
        sheet.append(row)
    with tempfile.NamedTemporaryFile(suffix=".xlsx", delete=False) as out:
        book.save(out)
    return Path(out.name)


def watermark(export: PeopleExport) -> str:
    """Return who took the list out, when and why, as it stands on every page and in every row."""
    return _t("%(who)s (%(account)s) %(when)s No. %(number)s: %(purpose)s") % {
        "who": export.created_by.full_name,
        "account": export.created_by.username,
        "when": f"{timezone.localtime(export.created_at):%Y-%m-%d %H:%M}",
        "number": export.pk,
        "purpose": export.purpose,
    }


def _table(export: PeopleExport) -> Iterator[list[str]]:
    """Return the watermark, the titles, the people and the watermark again; counts when the last is taken."""
    mark, count = watermark(export), 0
    yield [harmless(mark)]
    yield [*(titles()[field][0] for field in _FIELDS), _t("Watermark")]
    for person in _in_batches(_people(export, export.created_by)):
        count += 1
        yield [*(harmless(text) for text in _cells(person, export)), harmless(mark)]
    PeopleExport.objects.filter(pk=export.pk).update(row_count=count)
    yield [harmless(mark)]


def _communities(user: User, with_numbers: bool) -> Any:
    return communities_with(user, EXPORT_NUMBERS if with_numbers else EXPORT)


def _people(export: PeopleExport, user: User) -> Any:
    """Return who is on the list: present, within sight, where the role may take lists out."""
    people = Person.objects.visible_to(user).present()
    people = people.filter(community__in=_communities(user, export.with_numbers).values("pk"))
    community, kind = export.filters.get("community"), export.filters.get("population_type")
    if community:
        people = people.filter(community_id=community)
    return people.filter(population_type=kind) if kind else people


def _in_batches(people: Any) -> Iterator[Person]:
    last = 0
    while batch := list(people.filter(pk__gt=last).select_related(*_PARTS).order_by("pk")[:_BATCH]):
        yield from batch
        last = batch[-1].pk


def _cells(person: Person, export: PeopleExport) -> Iterable[str]:
    told = _values(person, export.with_numbers)
    return (told.get(field, "") for field in _FIELDS)


def _values(person: Person, with_numbers: bool) -> Mapping[str, str]:
    number, phone = open_document(person), open_phone(person)
    household = person.household
    dwelling = household.dwelling if household else None
    codes = first_words()
    return {
        "name": person.name,
        "document_number": number if with_numbers else mask_document(number),
        "birth_date": person.birth_date.isoformat() if person.birth_date else "",
        "phone": phone if with_numbers else mask_phone(phone),
        "household_number": household.register_number if household else "",
        "community": person.community.name,
        "grid": person.grid.name if person.grid else "",
        "building": person.building.name if person.building else "",
        "unit": dwelling.unit if dwelling else "",
        "room": dwelling.room if dwelling else "",
        "lived_since": person.lived_since.isoformat() if person.lived_since else "",
    } | {field: words.get(getattr(person, field), "") for field, words in codes.items()}
