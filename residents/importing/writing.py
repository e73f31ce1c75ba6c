"""Writing what a piece has come to, by COPY, inside the caller's transaction. Source: R-221."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from psycopg import sql

from core.copying import copy_among, copy_columns
from core.crypto import encrypt
from residents.choices import HouseholdKind, Kinship, LifeState, ResidentVerb
from residents.importing.cleaning import ReadyRow
from residents.importing.differences import COLUMNS
from residents.importing.existing import reserve_keys
from residents.importing.homes import Home
from residents.importing.merging import Change, Outcome
from residents.models import (
    Dwelling,
    Household,
    ImportChange,
    Person,
    RefusedRow,
    ResidentEvent,
)
from residents.rules.sources import Origin

CHANGES_FIELD = "people_import.changes"
REFUSED_FIELD = "people_import.refused"
_PLACE = ("building", "grid", "community", "street")
_DWELLING = ("id", "unit", "room", "use", "reported_source", *_PLACE)
_HOUSEHOLD = ("id", "dwelling", "register_number", "kind", "opened_on", "source", *_PLACE)
_PERSON = (
    *("id", "name", "pinyin", "initials", "gender", "birth_date", "document_kind", "document_sealed"),
    *("document_mark", "phone_sealed", "phone_mark", "phone_tail_mark", "population_type"),
    *("political_status", "registered_division", "household", "kinship", "lived_since", "state"),
    *("source", "as_of", "field_sources", *_PLACE),
)
_EVENT = ("person", "household", "verb", "effective_on", "at", "actor", "note", "data")
_HOME_COLUMNS = ("household_id", "lived_since", "building_id", "grid_id", "community_id", "street_id")
# Every column an import may change, and those it keeps the books of.
CHANGEABLE = (*(column for columns in COLUMNS.values() for column in columns), *_HOME_COLUMNS)
_UPDATED = ("id", *CHANGEABLE, "field_sources", "version")


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who imports what, when, and where it comes from."""

    job_id: int
    chunk: int
    actor_id: int
    origin: Origin
    at: datetime
    today: date


@dataclass(frozen=True, slots=True)
class Written:
    """The keys of what was added."""

    person_ids: list[int]
    household_ids: list[int]
    dwelling_ids: list[int]


def write(outcome: Outcome, stamp: Stamp) -> Written:
    """Write the outcome of a piece; ten statements at most, whatever the number of rows."""
    people = list(zip(reserve_keys(Person, len(outcome.added)), outcome.added, strict=True))
    copy_among(Dwelling, _DWELLING, _dwellings(outcome))
    copy_among(Household, _HOUSEHOLD, _households(outcome, stamp))
    copy_among(Person, _PERSON, (_person(key, row, home, stamp) for key, (row, home) in people))
    copy_among(ResidentEvent, _EVENT, (_event(key, home, row, stamp) for key, (row, home) in people))
    _write_changes(outcome.changes, stamp)
    _write_refused(outcome, stamp)
    return Written(
        [key for key, _added in people],
        [new.pk for new in outcome.homes.households.values()],
        [key for key, _place in outcome.homes.dwellings.values()],
    )


def restore_columns(rows: list[tuple[Any, ...]]) -> None:
    """Write columns of files back that are there: values of `_UPDATED`, in its order. Two statements."""
    names = sql.SQL(", ").join(map(sql.Identifier, _UPDATED))
    sets = sql.SQL(", ").join(
        sql.SQL("{0} = new.{0}").format(sql.Identifier(column)) for column in _UPDATED[1:]
    )
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "CREATE TEMP TABLE import_new ON COMMIT DROP AS SELECT {} FROM residents_person LIMIT 0"
            ).format(names)
        )
        copy_columns("import_new", _UPDATED, rows)
        cursor.execute(
            sql.SQL("UPDATE residents_person AS p SET {} FROM import_new AS new WHERE new.id = p.id").format(
                sets
            )
        )
        cursor.execute("DROP TABLE import_new")


def current_columns(person: Person) -> dict[str, Any]:
    """Return what an import may change of a file, as it is now."""
    return {name: getattr(person, name) for name in (*CHANGEABLE, "field_sources")}


def row_of(person: Person, columns: dict[str, Any], version: int) -> tuple[Any, ...]:
    """Return a file's values for `restore_columns`."""
    return (person.pk, *(columns[name] for name in CHANGEABLE), json.dumps(columns["field_sources"]), version)


def _dwellings(outcome: Outcome) -> Iterator[tuple[Any, ...]]:
    for (_building, unit, room), (key, place) in outcome.homes.dwellings.items():
        yield (
            key,
            unit,
            room,
            "unknown",
            "",
            place.building_id,
            place.grid_id,
            place.community_id,
            place.street_id,
        )


def _households(outcome: Outcome, stamp: Stamp) -> Iterator[tuple[Any, ...]]:
    for new in outcome.homes.households.values():
        place = new.place
        yield (
            *(new.pk, new.dwelling_id, new.number, HouseholdKind.FAMILY.value, new.opened_on),
            *(stamp.origin.source, place.building_id, place.grid_id, place.community_id, place.street_id),
        )


def _person(key: int, row: ReadyRow, home: Home, stamp: Stamp) -> tuple[Any, ...]:
    person, document, phone, place = row.imported.person, row.document, row.phone, home.place
    since = (row.imported.lived_since or stamp.today) if _household_id(home) else row.imported.lived_since
    return (
        *(key, person.name, row.pinyin, row.initials, person.gender.value, person.birth_date),
        *(document.document_kind, document.document_sealed, document.document_mark),
        *(phone.phone_sealed, phone.phone_mark, phone.phone_tail_mark),
        *(person.population_type, person.political_status, person.registered_division),
        *(_household_id(home), _kinship(row, home), since, LifeState.LIVING.value),
        *(stamp.origin.source, stamp.origin.as_of, "{}"),
        *(place.building_id, place.grid_id, place.community_id, place.street_id),
    )


def _kinship(row: ReadyRow, home: Home) -> str:
    """Return the relation as it was told; untold, the first of a new household counts as its head."""
    kinship = row.imported.kinship
    if home.new is None:
        return kinship or Kinship.NOT_KIN.value
    if not kinship:
        kinship = Kinship.NOT_KIN.value if home.new.has_head else Kinship.HEAD.value
    home.new.has_head = home.new.has_head or kinship == Kinship.HEAD
    return kinship


def _household_id(home: Home) -> int | None:
    return home.new.pk if home.new else home.household_id


def _event(key: int, home: Home, row: ReadyRow, stamp: Stamp) -> tuple[Any, ...]:
    since = row.imported.lived_since or stamp.today
    verb = ResidentVerb.IMPORTED.value
    return (
        key,
        _household_id(home),
        verb,
        since,
        stamp.at,
        stamp.actor_id,
        "",
        json.dumps({"import": stamp.job_id}),
    )


def _write_changes(changes: list[Change], stamp: Stamp) -> None:
    if not changes:
        return
    before = [(change.person, current_columns(change.person)) for change in changes]
    restore_columns(
        [_changed(change, columns, stamp) for change, (_p, columns) in zip(changes, before, strict=True)]
    )
    copy_among(
        ImportChange,
        ("job", "chunk", "person", "sealed", "version"),
        (
            (stamp.job_id, stamp.chunk, person.pk, seal_columns(columns), person.version + 1)
            for person, columns in before
        ),
    )
    verb = ResidentVerb.IMPORTED.value
    copy_among(
        ResidentEvent,
        _EVENT,
        (
            (
                *(
                    change.person.pk,
                    _household_id(change.home) if change.home else change.person.household_id,
                ),
                *(verb, stamp.today, stamp.at, stamp.actor_id, ""),
                json.dumps({"import": stamp.job_id, "fields": sorted(change.fields)}),
            )
            for change in changes
        ),
    )


def _changed(change: Change, before: dict[str, Any], stamp: Stamp) -> tuple[Any, ...]:
    columns = dict(before)
    for values in change.fields.values():
        columns |= values
    if change.home:
        place = change.home.place
        columns |= {
            "household_id": _household_id(change.home),
            "lived_since": stamp.today,
            "building_id": place.building_id,
            "grid_id": place.grid_id,
            "community_id": place.community_id,
            "street_id": place.street_id,
        }
    origin = [stamp.origin.source, stamp.origin.as_of.isoformat()]
    columns["field_sources"] = before["field_sources"] | dict.fromkeys(change.fields, origin)
    return row_of(change.person, columns, change.person.version + 1)


def seal_columns(columns: dict[str, Any]) -> str:
    """Return former values as they are kept for undoing."""
    return encrypt(json.dumps(columns, default=str, ensure_ascii=False), field=CHANGES_FIELD)


def _write_refused(outcome: Outcome, stamp: Stamp) -> None:
    rows = (
        (
            stamp.job_id,
            bad.line,
            encrypt(json.dumps(bad.cells, ensure_ascii=False), field=REFUSED_FIELD),
            json.dumps(bad.problems),
        )
        for bad in outcome.refused
    )
    copy_among(RefusedRow, ("job", "line", "sealed", "problems"), rows)
