"""Encrypting everything anew under the newest key, while others read and write.

Which row is still to be done is written in the row itself, so a run that was stopped goes on where it was.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from cryptography.exceptions import InvalidTag
from django.db import connection, transaction
from django.db.models import Model, Q
from psycopg import sql

from core.crypto import decrypt, encrypt, newest_prefix
from core.sealed import SealedColumn, sealed_columns

Progress = Callable[[str, int], None]
BATCH = 2_000


@dataclass(slots=True)
class Rotated:
    """What a run did: rows written anew, values that no key opens, values still not under the newest key."""

    rows: int = 0
    unreadable: int = 0
    left: int = 0


def rotate(*, progress: Progress | None = None, batch: int = BATCH) -> Rotated:
    """Encrypt every registered value anew that is not under the newest key and cipher. Source: R-253.

    Batches in the order of the primary key, one transaction each. A row that somebody else holds is passed
    over and taken at the end one by one, so this never holds a lock while it waits for another.
    """
    done = Rotated()
    for model, columns in sealed_columns():
        label = model._meta.label
        skipped = _pass(model, columns, done, progress, batch=batch, wait=False)
        if skipped:
            _pass(model, columns, done, progress, batch=1, wait=True)
        done.left += values_left(model, columns)
        if progress:
            progress(label, 0)
    return done


def values_left(model: type[Model], columns: Sequence[SealedColumn]) -> int:
    """Return how many values are not under the newest key and cipher; reads the table."""
    return sum(model._default_manager.filter(_stale(column.column)).count() for column in columns)


def _stale(column: str) -> Q:
    return ~Q(**{column: ""}) & ~Q(**{f"{column}__startswith": newest_prefix()})


def _pass(
    model: type[Model],
    columns: Sequence[SealedColumn],
    done: Rotated,
    progress: Progress | None,
    *,
    batch: int,
    wait: bool,
) -> bool:
    """Go through the table once; returns whether rows were passed over because somebody held them."""
    names = ["pk", *(column.column for column in columns)]
    stale = model._default_manager.filter(reduce(or_, (_stale(each.column) for each in columns))).order_by(
        "pk"
    )
    after = None
    while True:
        with transaction.atomic():
            rest = stale if after is None else stale.filter(pk__gt=after)
            held = rest.select_for_update(skip_locked=not wait, of=("self",), no_key=True)
            rows = list(held.values_list(*names)[:batch])
            if not rows:
                break
            fresh = [row for row in (_anew(row, columns) for row in rows) if row is not None]
            if wait:  # the last pass meets every row that could not be opened
                done.unreadable += len(rows) - len(fresh)
            if fresh:
                _write(model, columns, fresh)
        after = rows[-1][0]
        done.rows += len(fresh)
        if progress:
            progress(model._meta.label, len(fresh))
    return not wait and stale.exists()


def _anew(row: Sequence[Any], columns: Sequence[SealedColumn]) -> tuple[Any, ...] | None:
    """Return the row with its values under the newest key, or None where one cannot be opened."""
    prefix, values = newest_prefix(), []
    for column, stored in zip(columns, row[1:], strict=True):
        if stored and not stored.startswith(prefix):
            try:
                stored = _sealed_anew(stored, column)
            except (KeyError, ValueError, InvalidTag):
                return None
        values.append(stored)
    return row[0], *values


def _sealed_anew(stored: str, column: SealedColumn) -> str:
    text = decrypt(stored, field=column.field)
    if column.inside:
        held: dict[str, Any] = json.loads(text)
        for name, field in column.inside:
            if held.get(name):
                held[name] = encrypt(decrypt(held[name], field=field), field=field)
        text = json.dumps(held, ensure_ascii=False)
    return encrypt(text, field=column.field)


def _write(model: type[Model], columns: Sequence[SealedColumn], rows: Sequence[tuple[Any, ...]]) -> None:
    """Write one batch with one statement."""
    meta: Any = model._meta
    names = [str(meta.get_field(each.column).column) for each in columns]
    key_type = sql.SQL(str(meta.pk.rel_db_type(connection)))  # type of the key as a reference has it
    statement = sql.SQL(
        "UPDATE {table} SET {changes} FROM unnest({key}, {values}) AS anew (pk, {names}) "
        "WHERE {table}.{pk} = anew.pk"
    ).format(
        table=sql.Identifier(meta.db_table),
        changes=sql.SQL(", ").join(sql.SQL("{0} = anew.{0}").format(sql.Identifier(name)) for name in names),
        key=sql.SQL("%s::{}[]").format(key_type),
        values=sql.SQL(", ").join(sql.SQL("%s::text[]") for _name in names),
        names=sql.SQL(", ").join(sql.Identifier(name) for name in names),
        pk=sql.Identifier(str(meta.pk.column)),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(values) for values in zip(*rows, strict=True)])
