"""Loading many rows by COPY; constraints and triggers hold as for any insert, signals are not sent."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models
from psycopg import sql
from psycopg.types.json import Jsonb


def copy_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Load the rows, whose values stand in the order of the fields' names, and set the table's sequence.

    Other columns get the defaults of model or table.
    """
    meta = model._meta
    given = [meta.get_field(name) for name in names]
    others = [
        field
        for field in meta.concrete_fields
        if field not in given and not (field.primary_key or field.null or _left_to_database(field))
    ]
    defaults = tuple(_default(field) for field in others)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(meta.db_table),
        sql.SQL(", ").join(sql.Identifier(field.column) for field in (*given, *others)),
    )
    with connection.cursor() as cursor:
        with cursor.cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row((*row, *defaults))
        for command in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(command)


def _left_to_database(field: Any) -> bool:
    return field.has_db_default() and not field.has_default()


def _default(field: Any) -> Any:
    value = field.get_default()
    return Jsonb(value) if isinstance(field, models.JSONField) else value
