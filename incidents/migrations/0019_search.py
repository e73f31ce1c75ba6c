import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

# Spelling and pairs of neighbours. What is asked is spelt the same way in selectors/search.py.
# A blank at the end makes the last character a word of its own, so that a search for one character finds it.
SPELLING = """
CREATE FUNCTION incident_plain(given text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT regexp_replace(
        translate(normalize(given, NFKC), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'),
        E'[ \\t\\n\\r\\f\\v]+', ' ', 'g')
$$;
CREATE FUNCTION incident_tokens(body text, units text[]) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
DECLARE padded text := body || ' ';
BEGIN
    RETURN array_to_tsvector(units || array_remove(string_to_array(
        regexp_replace(padded, '(..)', '\\1 ', 'g') || ' '
        || regexp_replace(substr(padded, 2), '(..)', '\\1 ', 'g'), ' '), ''));
END
$$;
"""
# The one definition of what is searched; all triggers and the first filling go through it.
WRITING = """
CREATE FUNCTION incident_text_write(ids bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO incidents_incidenttext AS known (incident_id, body, units)
    SELECT i.id,
           incident_plain(i.description || ' ' || i.address || coalesce(' ' || b.name, '')),
           array_remove(ARRAY['org:' || i.street_id, 'org:' || i.community_id, 'grid:' || i.grid_id], NULL)
           || ARRAY(SELECT 'org:' || p.organization_id FROM incidents_participation p
                    WHERE p.incident_id = i.id ORDER BY p.organization_id)
    FROM incidents_incident i LEFT JOIN grids_building b ON b.id = i.building_id
    WHERE i.id = ANY(ids)
    ON CONFLICT (incident_id) DO UPDATE SET body = EXCLUDED.body, units = EXCLUDED.units
    WHERE (known.body, known.units) IS DISTINCT FROM (EXCLUDED.body, EXCLUDED.units)
$$;
CREATE FUNCTION incident_text_filed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM incident_text_write(ARRAY(SELECT id FROM fresh));
    RETURN NULL;
END
$$;
CREATE FUNCTION incident_text_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM incident_text_write(ARRAY[NEW.id]);
    RETURN NULL;
END
$$;
CREATE FUNCTION incident_text_building() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM incident_text_write(ARRAY(SELECT id FROM incidents_incident WHERE building_id = NEW.id));
    RETURN NULL;
END
$$;
CREATE FUNCTION incident_text_joined() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE incidents_incidenttext known SET units = known.units || joined.units
    FROM (SELECT incident_id, array_agg('org:' || organization_id) AS units FROM fresh GROUP BY incident_id) joined
    WHERE known.incident_id = joined.incident_id AND NOT known.units @> joined.units;
    RETURN NULL;
END
$$;
"""
TRIGGERS = """
CREATE TRIGGER incident_text_filed AFTER INSERT ON incidents_incident
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION incident_text_filed();
CREATE TRIGGER incident_text_changed
    AFTER UPDATE OF description, address, building_id, grid_id, community_id, street_id ON incidents_incident
    FOR EACH ROW WHEN (
        (OLD.description, OLD.address, OLD.building_id, OLD.grid_id, OLD.community_id, OLD.street_id)
        IS DISTINCT FROM
        (NEW.description, NEW.address, NEW.building_id, NEW.grid_id, NEW.community_id, NEW.street_id)
    ) EXECUTE FUNCTION incident_text_changed();
CREATE TRIGGER incident_text_building AFTER UPDATE OF name ON grids_building
    FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION incident_text_building();
CREATE TRIGGER incident_text_joined AFTER INSERT ON incidents_participation
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION incident_text_joined();
"""
NO_TRIGGERS = """
DROP TRIGGER incident_text_filed ON incidents_incident;
DROP TRIGGER incident_text_changed ON incidents_incident;
DROP TRIGGER incident_text_building ON grids_building;
DROP TRIGGER incident_text_joined ON incidents_participation;
"""
NO_WRITING = """
DROP FUNCTION incident_text_joined();
DROP FUNCTION incident_text_building();
DROP FUNCTION incident_text_changed();
DROP FUNCTION incident_text_filed();
DROP FUNCTION incident_text_write(bigint[]);
"""
NO_SPELLING = "DROP FUNCTION incident_tokens(text, text[]); DROP FUNCTION incident_plain(text);"
# An index cannot be made while foreign keys of the same transaction are still unchecked.
FILL = """
SELECT incident_text_write(ARRAY(SELECT id FROM incidents_incident));
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    """Searched words beside each incident, kept by triggers, with an index of pairs of characters."""

    dependencies = [
        ("incidents", "0018_words"),
        ("grids", "0002_initial"),
    ]

    operations = [
        migrations.RunSQL(SPELLING, NO_SPELLING),
        migrations.CreateModel(
            name="IncidentText",
            fields=[
                (
                    "incident",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="text",
                        serialize=False,
                        to="incidents.incident",
                        verbose_name="incident",
                    ),
                ),
                ("body", models.TextField(verbose_name="searched words")),
                (
                    "units",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        size=None,
                        verbose_name="places and departments",
                    ),
                ),
            ],
            options={
                "verbose_name": "searched text",
                "verbose_name_plural": "searched texts",
            },
        ),
        migrations.RunSQL(WRITING, NO_WRITING),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
        migrations.AddIndex(
            model_name="incidenttext",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func(models.F("body"), models.F("units"), function="incident_tokens"),
                fastupdate=True,
                gin_pending_list_limit=256,
                name="incident_text_tokens",
            ),
        ),
    ]
