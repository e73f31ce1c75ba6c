"""The verdicts given before they had rows of their own, and the questions that are open now."""

from django.db import migrations

_GIVEN = """
INSERT INTO incidents_verdictround (incident_id, number, organization_id, opened_at, closed_at, kind,
    reason_codes, note, channel, judged_by_kind, judged_by_id, attempts)
SELECT e.incident_id, row_number() OVER (PARTITION BY e.incident_id ORDER BY e.at, e.id),
    i.owner_organization_id, e.at, e.at, replace(e.verb, 'judge_', ''), '{}', e.note,
    coalesce(e.data ->> 'channel', ''), e.actor_kind, e.actor_id, 0
FROM incidents_incidentevent e JOIN incidents_incident i ON i.id = e.incident_id
WHERE e.verb IN ('judge_satisfied', 'judge_basically', 'judge_dissatisfied')
"""
_OPEN = """
INSERT INTO incidents_verdictround (incident_id, number, organization_id, opened_at, kind, reason_codes, note,
    channel, judged_by_kind, attempts, call_after)
SELECT i.id, 1 + (SELECT count(*) FROM incidents_verdictround r WHERE r.incident_id = i.id),
    i.owner_organization_id, now(), '', '{}', '', '', '', 0,
    CASE WHEN i.reporter_phone_sealed <> '' THEN now() END
FROM incidents_incident i WHERE i.state = 'callback'
"""


def fill(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_GIVEN)
        cursor.execute(_OPEN)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0016_merging_and_verdicts")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
