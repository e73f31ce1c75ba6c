"""The one statement that compares dwellings, households and people with the mismatches known. Source: R-215.

Reads either a community (`community`) or a few places (`dwellings`, `households`); its parameters are plain
values, no text is put into it.
"""

STATEMENT = """
WITH looked_at AS MATERIALIZED (
    SELECT id, dwelling_id, kind, building_id, grid_id, community_id, street_id
    FROM residents_household
    WHERE closed_on IS NULL AND community_id = %(community)s
    UNION
    SELECT id, dwelling_id, kind, building_id, grid_id, community_id, street_id
    FROM residents_household
    WHERE closed_on IS NULL AND id = ANY(%(households)s::bigint[])
    UNION
    SELECT id, dwelling_id, kind, building_id, grid_id, community_id, street_id
    FROM residents_household
    WHERE closed_on IS NULL AND dwelling_id = ANY(%(dwellings)s::bigint[])
), counted AS MATERIALIZED (
    SELECT h.id, count(p.id) AS people, count(p.id) FILTER (WHERE p.kinship = 'head') AS heads
    FROM looked_at h
    LEFT JOIN residents_person p ON p.household_id = h.id AND p.state = 'living'
    GROUP BY h.id
), flats AS (
    SELECT d.id, d.use, d.area, d.reported_lived_in,
           d.building_id, d.grid_id, d.community_id, d.street_id
    FROM residents_dwelling d
    WHERE d.closed_on IS NULL
      AND (d.community_id = %(community)s OR d.id = ANY(%(dwellings)s::bigint[]))
), filled AS (
    SELECT f.*, coalesce(sum(c.people), 0)::int AS people,
           least(floor(f.area / l.square_metres_each), l.people_at_most)::int AS allowed
    FROM flats f
    LEFT JOIN looked_at h ON h.dwelling_id = f.id
    LEFT JOIN counted c ON c.id = h.id
    LEFT JOIN LATERAL (
        SELECT square_metres_each, people_at_most
        FROM residents_occupancylimit
        WHERE use IN (f.use, '')
        ORDER BY use DESC
        LIMIT 1
    ) l ON true
    GROUP BY f.id, f.use, f.area, f.reported_lived_in, f.building_id, f.grid_id, f.community_id,
             f.street_id, l.square_metres_each, l.people_at_most
), wrong AS MATERIALIZED (
    SELECT w.kind, NULL::bigint AS dwelling_id, h.id AS household_id, c.people::int AS people,
           NULL::int AS allowed, h.building_id, h.grid_id, h.community_id, h.street_id
    FROM looked_at h
    JOIN counted c ON c.id = h.id
    CROSS JOIN LATERAL (VALUES
        ('nobody', c.people = 0),
        ('no_head', c.people > 0 AND c.heads = 0 AND h.kind = 'family'),
        ('two_heads', c.heads > 1)
    ) AS w(kind, is_so)
    WHERE w.is_so
    UNION ALL
    SELECT w.kind, f.id, NULL, f.people, f.allowed, f.building_id, f.grid_id, f.community_id, f.street_id
    FROM filled f
    CROSS JOIN LATERAL (VALUES
        ('empty_lived_in', f.reported_lived_in IS TRUE AND f.people = 0),
        ('vacant_people', f.use = 'vacant' AND f.people > 0),
        ('too_many', f.people > f.allowed)
    ) AS w(kind, is_so)
    WHERE w.is_so
), known AS (
    SELECT id, kind, dwelling_id, household_id
    FROM residents_mismatch
    WHERE state IN ('open', 'confirmed') AND community_id = %(community)s
    UNION
    SELECT id, kind, dwelling_id, household_id
    FROM residents_mismatch
    WHERE state IN ('open', 'confirmed') AND dwelling_id = ANY(%(dwellings)s::bigint[])
    UNION
    SELECT id, kind, dwelling_id, household_id
    FROM residents_mismatch
    WHERE state IN ('open', 'confirmed') AND household_id = ANY(%(households)s::bigint[])
    UNION
    SELECT m.id, m.kind, m.dwelling_id, m.household_id
    FROM residents_mismatch m JOIN looked_at h ON h.id = m.household_id
    WHERE m.state IN ('open', 'confirmed')
), ended AS (
    UPDATE residents_mismatch m SET state = 'gone', gone_on = %(today)s
    FROM known k
    WHERE m.id = k.id AND NOT EXISTS (
        SELECT FROM wrong w
        WHERE w.kind = k.kind AND (w.dwelling_id, w.household_id)
              IS NOT DISTINCT FROM (k.dwelling_id, k.household_id)
    )
), again AS (
    UPDATE residents_mismatch m
    SET state = 'open', people = w.people, allowed = w.allowed, found_on = %(today)s, times = m.times + 1,
        confirmed_until = NULL
    FROM wrong w, known k
    WHERE m.id = k.id AND w.kind = k.kind
      AND (w.dwelling_id, w.household_id) IS NOT DISTINCT FROM (k.dwelling_id, k.household_id)
      AND m.state = 'confirmed' AND (m.confirmed_until < %(today)s OR w.people > m.people)
    RETURNING m.id
), counted_anew AS (
    UPDATE residents_mismatch m SET people = w.people, allowed = w.allowed
    FROM wrong w, known k
    WHERE m.id = k.id AND w.kind = k.kind
      AND (w.dwelling_id, w.household_id) IS NOT DISTINCT FROM (k.dwelling_id, k.household_id)
      AND m.state = 'open' AND (m.people, m.allowed) IS DISTINCT FROM (w.people, w.allowed)
), fresh AS (
    INSERT INTO residents_mismatch
        (kind, dwelling_id, household_id, people, allowed, state, found_on, times, reason,
         building_id, grid_id, community_id, street_id)
    SELECT w.kind, w.dwelling_id, w.household_id, w.people, w.allowed, 'open', %(today)s, 1, '',
           w.building_id, w.grid_id, w.community_id, w.street_id
    FROM wrong w
    WHERE NOT EXISTS (
        SELECT FROM known k
        WHERE k.kind = w.kind AND (k.dwelling_id, k.household_id)
              IS NOT DISTINCT FROM (w.dwelling_id, w.household_id)
    )
    ON CONFLICT DO NOTHING
    RETURNING id
)
SELECT (SELECT count(*) FROM again) + (SELECT count(*) FROM fresh)
"""
