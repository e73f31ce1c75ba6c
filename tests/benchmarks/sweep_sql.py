"""The limit of the sweep: one statement with the same effects, for this data's rules written out in SQL."""

# Incidents of a level without a department go from the street to the city; reasons and details are built
# as the code builds them. Limits: those of the generated categories, which all follow their colour.
ONE_STATEMENT = """
WITH due AS MATERIALIZED (
    SELECT c.id AS clock_id, c.fires_at AS step_due, i.id, i.number, i.state, i.colour,
           i.owner_level AS level, i.grid_id, i.owner_organization_id AS owner_id,
           category.name AS category, owner.name AS owner_name,
           next.level AS to_level, next.unit_id AS to_unit, target.name AS to_name
    FROM incidents_clock c
    JOIN incidents_incident i ON i.id = c.incident_id
    JOIN incidents_category category ON category.id = i.category_id
    JOIN organizations_organization owner ON owner.id = i.owner_organization_id
    LEFT JOIN organizations_organization lead ON lead.id = i.lead_department_id AND lead.closed_on IS NULL
    CROSS JOIN (SELECT id FROM organizations_organization WHERE kind = 'city') city
    CROSS JOIN LATERAL (
        SELECT CASE i.owner_level WHEN 'grid' THEN 'community' WHEN 'community' THEN 'street'
                   WHEN 'street' THEN CASE WHEN lead.id IS NULL THEN 'city' ELSE 'department' END
                   ELSE 'city' END AS level,
               CASE i.owner_level WHEN 'grid' THEN i.community_id WHEN 'community' THEN i.street_id
                   WHEN 'street' THEN coalesce(lead.id, city.id) ELSE city.id END AS unit_id
    ) next
    JOIN organizations_organization target ON target.id = next.unit_id
    WHERE c.fires_at <= %(now)s AND c.stopped_at IS NULL
    FOR UPDATE OF i
), steps AS (
    INSERT INTO incidents_clockstep (clock_id, step, due_at, taken_at)
    SELECT clock_id, 2, step_due, %(now)s FROM due
), stopped AS (
    UPDATE incidents_clock c SET stage = 2, fires_at = NULL, stopped_at = %(now)s
    FROM due WHERE c.id = due.clock_id RETURNING due.*
), spans (colour, kind, warn, span, text) AS (
    VALUES ('red', 'sign', interval '24 min', interval '30 min', '30min'),
           ('red', 'resolve', '19:12', '24:00', '24h'),
           ('orange', 'sign', '1:36', '2:00', '2h'), ('orange', 'resolve', '19:12', '24:00', '24h'),
           ('yellow', 'sign', '29:30', '32:00', '1wd'), ('yellow', 'resolve', '134:24', '168:00', '7d'),
           ('blue', 'sign', '29:30', '32:00', '1wd'), ('blue', 'resolve', '288:00', '360:00', '15d')
), fresh AS (
    INSERT INTO incidents_clock
        (incident_id, organization_id, kind, started_at, warn_at, due_at, fires_at, stage, "limit")
    SELECT s.id, s.to_unit, spans.kind, %(now)s, %(now)s + spans.warn, %(now)s + spans.span,
           %(now)s + spans.warn, 0, spans.text
    FROM stopped s JOIN spans USING (colour)
), changed AS (
    UPDATE incidents_incident i
    SET state = 'dispatched', owner_level = due.to_level, owner_organization_id = due.to_unit,
        due_at = %(now)s + spans.span, version = i.version + 1, return_until = NULL, dispatched_at = %(now)s
    FROM due JOIN spans ON spans.colour = due.colour AND spans.kind = 'sign'
    WHERE i.id = due.id
), told AS (
    INSERT INTO incidents_incidentevent
        (incident_id, at, actor_kind, verb, from_state, to_state, note, reasons, data, is_public)
    SELECT id, %(now)s, 'system', 'escalate', state, 'dispatched', '',
           jsonb_build_array(
               jsonb_build_object('code', 'clock_ran_out',
                   'params', jsonb_build_object('clock', 'resolve', 'from_level', level)),
               jsonb_build_object('code', 'raised_one_level',
                   'params', jsonb_build_object('from_level', level, 'to_level', to_level)))
           || CASE WHEN level = 'street' AND to_level = 'city'
                  THEN jsonb_build_array(jsonb_build_object('code', 'levels_skipped',
                      'params', jsonb_build_object('levels', 'department')))
                  ELSE '[]' END
           || jsonb_build_array(
               jsonb_build_object('code', 'limit_of_category',
                   'params', jsonb_build_object('clock', 'sign', 'limit', sign.text)),
               jsonb_build_object('code', 'limit_of_category',
                   'params', jsonb_build_object('clock', 'resolve', 'limit', resolve.text))),
           jsonb_build_object('rule', 'R-35', 'clock', 'resolve', 'from_level', level, 'to_level', to_level,
               'from_unit', owner_name, 'to_unit', to_name,
               'due', to_char(step_due AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"')),
           true
    FROM due
    JOIN spans sign ON sign.colour = due.colour AND sign.kind = 'sign'
    JOIN spans resolve ON resolve.colour = due.colour AND resolve.kind = 'resolve'
), involved AS (
    INSERT INTO incidents_participation (incident_id, organization_id, since)
    SELECT id, to_unit, %(now)s FROM due WHERE to_level = 'department'
    ON CONFLICT DO NOTHING
), officers AS MATERIALIZED (
    SELECT organization_id AS unit_id, user_id FROM organizations_membership
    WHERE role IN ('city_grid_office', 'street_staff', 'community_staff', 'department_officer')
      AND valid_to IS NULL
), workers AS MATERIALIZED (
    SELECT a.grid_id, m.user_id FROM grids_gridassignment a
    JOIN organizations_membership m ON m.id = a.membership_id WHERE a.valid_to IS NULL
), people AS (
    SELECT due.id, workers.user_id FROM due JOIN workers USING (grid_id) WHERE due.level = 'grid'
    UNION ALL
    SELECT due.id, officers.user_id FROM due JOIN officers ON unit_id = owner_id WHERE due.level <> 'grid'
    UNION ALL
    SELECT due.id, officers.user_id FROM due JOIN officers ON unit_id = to_unit
    UNION ALL
    SELECT due.id, officers.user_id FROM due JOIN incidents_incident i USING (id)
    JOIN officers ON unit_id = i.street_id
    WHERE due.colour = 'red' AND due.level <> 'street' AND due.to_level <> 'street'
    UNION ALL
    SELECT due.id, officers.user_id FROM due JOIN officers
        ON unit_id = (SELECT id FROM organizations_organization WHERE kind = 'city')
    WHERE due.colour = 'red' AND due.to_level <> 'city'
)
INSERT INTO core_notification (user_id, kind, params, url, dedupe_key, created_at)
SELECT people.user_id, 'incident_raised',
       jsonb_build_object('number', due.number, 'category', due.category, 'colour', due.colour,
           'clock', 'resolve', 'from_level', due.level, 'to_level', due.to_level),
       '/incidents/' || due.number || '/', 'incident_raised:clock:' || due.clock_id, %(now)s
FROM people JOIN due USING (id)
ON CONFLICT DO NOTHING
"""
