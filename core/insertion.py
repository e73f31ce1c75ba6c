"""Inserting new rows of several tables with one statement, which the server prepares once per connection.

The models stay the truth of columns and types; constraints and triggers hold as for any insert.
Rows travel as one JSON document per table. No signals are sent.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, models
from psycopg import sql

from core.prepared import prepared_cursor

Rows = Sequence[models.Model]
# A table, whether its rows bring their keys, and whether rows that are there already are left alone.
_Part = tuple[type[models.Model], bool, bool]


def insert_rows(*batches: Rows, once: Sequence[Rows] = ()) -> None:
    """Insert unsaved rows, each batch of one model; one query, none without rows.

    Rows of the batches in `once` that are there already are left alone; elsewhere they are an IntegrityError.
    Keys are written where the caller has reserved them, and not read back where the database makes them.
    """
    given = [(rows, False) for rows in batches if rows] + [(rows, True) for rows in once if rows]
    if not given:
        return
    parts = tuple((type(rows[0]), rows[0].pk is not None, lenient) for rows, lenient in given)
    documents = [_document(rows) for rows, _lenient in given]
    with prepared_cursor() as cursor:
        cursor.execute(_statement(parts), documents)


def _document(rows: Rows) -> str:
    fields = _fields(type(rows[0]), rows[0].pk is not None)
    found = [{column: field.pre_save(row, add=True) for column, field in fields} for row in rows]
    return json.dumps(found, default=str, ensure_ascii=False)


@lru_cache
def _fields(model: type[models.Model], with_key: bool) -> tuple[tuple[str, Any], ...]:
    fields = model._meta.concrete_fields
    return tuple((str(each.column), each) for each in fields if with_key or not each.primary_key)


@lru_cache
def _statement(parts: tuple[_Part, ...]) -> str:
    *others, last = (_insert(*part) for part in parts)
    if not others:
        return last.as_string()
    steps = sql.SQL(", ").join(
        sql.SQL("{} AS ({})").format(sql.Identifier(f"step_{number}"), insert)
        for number, insert in enumerate(others)
    )
    return sql.SQL("WITH {} {}").format(steps, last).as_string()


def _insert(model: type[models.Model], with_key: bool, lenient: bool) -> sql.Composed:
    fields = _fields(model, with_key)
    columns = sql.SQL(", ").join(sql.Identifier(column) for column, _field in fields)
    types = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(field.rel_db_type(connection)))
        for column, field in fields
    )
    return sql.SQL("INSERT INTO {} ({}) SELECT {} FROM json_to_recordset(%s::json) AS row ({}){}").format(
        sql.Identifier(model._meta.db_table),
        columns,
        columns,
        types,
        sql.SQL(" ON CONFLICT DO NOTHING" if lenient else ""),
    )
