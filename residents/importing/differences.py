"""What a row changes in a file that is there, by the rule of sources. Source: R-205, R-220."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from residents.importing.cleaning import ReadyRow
from residents.models import Person
from residents.rules.sources import Origin, wins

# The columns that stand for each field that can be told of a person.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "pinyin", "initials"),
    "gender": ("gender",),
    "birth_date": ("birth_date",),
    "document_number": ("document_kind", "document_sealed", "document_mark"),
    "phone": ("phone_sealed", "phone_mark", "phone_tail_mark"),
    "population_type": ("population_type",),
    "political_status": ("political_status",),
    "registered_division": ("registered_division",),
    "kinship": ("kinship",),
}
# What tells whether two values of a field are the same: a seal differs every time.
_COMPARED = {"name": "name", "document_number": "document_mark", "phone": "phone_mark"}
# A number tells these two as well.
_FROM_DOCUMENT = ("gender", "birth_date")


def told_by(row: ReadyRow) -> dict[str, dict[str, Any]]:
    """Return field → column → value of everything the row tells; a cell left empty tells nothing."""
    person, given = row.imported.person, row.imported.given
    told: dict[str, dict[str, Any]] = {
        "name": {"name": person.name, "pinyin": row.pinyin, "initials": row.initials}
    }
    if row.document.document_mark is not None:
        told["document_number"] = asdict(row.document)
        given |= {name for name in _FROM_DOCUMENT if getattr(person.document, name) is not None}
    if person.phone:
        told["phone"] = asdict(row.phone)
    plain = {
        "gender": person.gender.value,
        "birth_date": person.birth_date,
        "population_type": person.population_type,
        "political_status": person.political_status,
        "registered_division": person.registered_division,
        "kinship": row.imported.kinship,
    }
    return told | {name: {name: value} for name, value in plain.items() if name in given}


def origin_of(person: Person, field: str) -> Origin:
    """Return where what a file says about a field comes from."""
    own: list[str] | None = person.field_sources.get(field)
    if own is None:
        return Origin(person.source, person.as_of)
    return Origin(own[0], date.fromisoformat(own[1]))


def accepts(person: Person, field: str, new: Origin) -> bool:
    """Return whether the file takes a new value for the field: always where it has none, else by the rule."""
    if getattr(person, _COMPARED.get(field, field)) in (None, "", "0"):
        return True
    return wins(new, origin_of(person, field))


def differing(person: Person, row: ReadyRow, new: Origin) -> dict[str, dict[str, Any]]:
    """Return field → column → value of what the file takes over from the row."""
    taken = {}
    for field, columns in told_by(row).items():
        compared = _COMPARED.get(field, field)
        if getattr(person, compared) != columns[compared] and accepts(person, field, new):
            taken[field] = columns
    return taken
