"""Loading many new rows at once by COPY. Constraints and triggers hold as for any insert; no signals are sent."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models
from psycopg import sql
from psycopg.types.json import Jsonb


def copy_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Load rows whose values stand in the order of the fields' names; one statement, none without rows.

    Columns that are not named get the defaults of the table, not of the model. Keys are the caller's to
    reserve. Must run inside the transaction of what it belongs to.
    """
    fields = [model._meta.get_field(name) for name in names]
    copy_columns(model._meta.db_table, [field.column for field in fields if isinstance(field, models.Field)], rows)


def copy_columns(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Load rows into a table that may have no model, as a temporary one; else as `copy_rows`."""
    waiting = iter(rows)
    first = next(waiting, None)
    if first is None:
        return
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        copy.write_row(_adapted(first))
        for row in waiting:
            copy.write_row(_adapted(row))


def _adapted(row: Sequence[Any]) -> Sequence[Any]:
    return [Jsonb(value) if isinstance(value, (dict, list)) else value for value in row]
