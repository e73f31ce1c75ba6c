"""Leaving out what keeps the search up to date while generated rows are loaded."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from incidents.models import IncidentText


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
