"""Loading many rows by COPY; constraints and triggers hold as for any insert, signals are not sent."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models
from psycopg import sql
from psycopg.types.json import Jsonb


def copy_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Load the rows, whose values stand in the order of the fields' names, and set the table's sequence.

    Other columns get the defaults of model or table. Only where nobody else adds rows meanwhile.
    """
    copy_among(model, names, rows)
    with connection.cursor() as cursor:
        for command in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(command)


def copy_among(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Load the rows as `copy_rows` does while others add theirs: keys come from the table's sequence."""
    meta = model._meta
    given: list[Any] = [meta.get_field(name) for name in names]
    others = [
        field
        for field in meta.concrete_fields
        if field not in given and not (field.primary_key or field.null or _left_to_database(field))
    ]
    defaults = tuple(_default(field) for field in others)
    columns: list[str] = [field.column for field in (*given, *others)]
    copy_columns(meta.db_table, columns, ((*row, *defaults) for row in rows))


def copy_columns(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Load rows into a table, which may be a temporary one without a model."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _left_to_database(field: Any) -> bool:
    return field.has_db_default() and not field.has_default()


def _default(field: Any) -> Any:
    value = field.get_default()
    return Jsonb(value) if isinstance(field, models.JSONField) else value
