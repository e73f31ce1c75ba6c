"""COPY of generated rows into a model's table; other columns get the defaults of model or table."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models
from psycopg import sql
from psycopg.types.json import Jsonb

from incidents.models import IncidentText


def copy_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Load the rows, whose values stand in the order of the fields' names, and set the table's sequence."""
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


@contextmanager
def searched_later() -> Iterator[None]:
    """Leave out what keeps the search up to date while rows are loaded, and fill it at once afterwards."""
    index = IncidentText._meta.indexes[0]
    tables = ("incidents_incident", "incidents_participation")
    with connection.schema_editor() as editor:
        editor.remove_index(IncidentText, index)
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        cursor.execute("SELECT incident_text_write(ARRAY(SELECT id FROM incidents_incident ORDER BY id))")
        # Foreign keys are looked at when a transaction ends; a table with some left over cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("SET maintenance_work_mem = '1GB'")
    with connection.schema_editor() as editor:
        editor.add_index(IncidentText, index)


def _left_to_database(field: Any) -> bool:
    return field.has_db_default() and not field.has_default()


def _default(field: Any) -> Any:
    value = field.get_default()
    return Jsonb(value) if isinstance(field, models.JSONField) else value
