"""What must be true after a drill, counted in SQL from the rows of before, apart from the code's rules.

Every check counts what is wrong; none may find anything.
"""

import json
import subprocess
import sys
from typing import Any

from gridgov.launcher.places import PROJECT
from tests.faults.drill import Drill
from tests.faults.load import SYSTEM, waiting_beside
from tests.faults.people import Book

# What the sweep wrote about the incidents of before, with the clock and the step that each line is about.
_TOLD_OF = """
SET enable_nestloop = off;
SET work_mem = '256MB';
CREATE TEMP TABLE taken AS
SELECT c.incident_id, c.kind, s.due_at AS due, s.clock_id, s.step
FROM incidents_clockstep s JOIN incidents_clock c ON c.id = s.clock_id
JOIN before_drill b ON b.id = c.incident_id;
CREATE TEMP TABLE lines AS
SELECT e.id, e.incident_id, e.at, e.verb, e.from_state, e.to_state, e.data ->> 'from_level' AS from_level,
       e.data ->> 'to_level' AS to_level, e.data ->> 'clock' AS kind, (e.data ->> 'due')::timestamptz AS due,
       s.clock_id, s.step
FROM incidents_incidentevent e
JOIN before_drill b ON b.id = e.incident_id
LEFT JOIN taken s ON s.incident_id = e.incident_id AND s.kind = e.data ->> 'clock'
    AND s.due = (e.data ->> 'due')::timestamptz
WHERE e.verb IN ('warn', 'escalate', 'supervise');
CREATE INDEX ON lines (incident_id);
CREATE TEMP TABLE rises AS
SELECT *, lag(to_level, 1, owner_level) OVER (PARTITION BY incident_id ORDER BY lines.id) AS was
FROM lines JOIN (SELECT id AS before_id, owner_level FROM before_drill) b ON before_id = incident_id
WHERE verb = 'escalate';
CREATE INDEX ON rises (incident_id, id);
ANALYZE rises;
CREATE TEMP TABLE placed AS
SELECT l.*, b.colour, coalesce(
    (SELECT to_level FROM rises r WHERE r.incident_id = l.incident_id AND r.id < l.id
     ORDER BY id DESC LIMIT 1),
    b.owner_level) AS level
FROM lines l JOIN before_drill b ON b.id = l.incident_id;
CREATE INDEX ON placed (clock_id, step);
CREATE TEMP TABLE unit_of AS
SELECT id AS incident_id, level, is_grid, unit_id FROM before_drill, LATERAL (VALUES
    ('grid', true, grid_id), ('community', false, community_id), ('street', false, street_id),
    ('department', false, lead_department_id), ('city', false, 1::bigint)
) AS at (level, is_grid, unit_id) WHERE unit_id IS NOT NULL;
CREATE INDEX ON unit_of (incident_id, level);
CREATE TEMP TABLE people AS
SELECT false AS is_grid, organization_id AS unit_id, user_id
FROM organizations_membership WHERE role <> 'grid_worker'
UNION ALL
SELECT true, a.grid_id, m.user_id
FROM grids_gridassignment a JOIN organizations_membership m ON m.id = a.membership_id;
CREATE INDEX ON people (is_grid, unit_id);
ANALYZE
"""
# The unit right above: a department only where one leads.
_ABOVE = """
CASE {level} WHEN 'grid' THEN 'community' WHEN 'community' THEN 'street'
WHEN 'street' THEN CASE WHEN b.lead_department_id IS NULL THEN 'city' ELSE 'department' END
WHEN 'department' THEN 'city' END
"""
_CHECKS = {
    # Steps
    "steps in gaps": """
        SELECT count(*) FROM incidents_clock c LEFT JOIN (
            SELECT clock_id, count(*) AS many, min(step) AS first, max(step) AS last
            FROM incidents_clockstep GROUP BY 1) s ON s.clock_id = c.id
        WHERE (coalesce(many, 0), coalesce(first, 1), coalesce(last, 0)) <> (c.stage, 1, c.stage)""",
    "steps taken early": "SELECT count(*) FROM incidents_clockstep WHERE taken_at < due_at",
    "steps not of their moment": """
        SELECT count(*) FROM incidents_clockstep s JOIN incidents_clock c ON c.id = s.clock_id
        WHERE c.original_due_at IS NULL AND abs(extract(epoch FROM s.due_at - CASE step
            WHEN 1 THEN warn_at WHEN 2 THEN c.due_at
            WHEN 3 THEN c.due_at + (c.due_at - started_at) * 0.1
            WHEN 4 THEN c.due_at + (c.due_at - started_at) * 0.3 END)) > 0.001""",
    "steps out of order": """
        SELECT count(*) FROM (SELECT due, lag(due) OVER (PARTITION BY incident_id ORDER BY id) AS before
                              FROM lines) AS one WHERE due < before""",
    "due clocks left": """
        SELECT count(*) FROM incidents_clock WHERE fires_at <= now() + interval '{days} days'""",
    "clocks that will never fire": """
        SELECT count(*) FROM incidents_clock WHERE stopped_at IS NULL AND paused_at IS NULL AND stage < 2
        AND fires_at IS NULL""",
    "drilled clocks without all their steps": """
        SELECT count(*) FROM drilled d JOIN incidents_clock c USING (id)
        JOIN before_drill b ON b.id = c.incident_id
        WHERE c.stage <> CASE b.colour WHEN 'blue' THEN 4 ELSE 2 END""",
    # Events
    "steps without one event": """
        SELECT count(*) FROM incidents_clockstep s JOIN incidents_clock c ON c.id = s.clock_id
        JOIN before_drill b ON b.id = c.incident_id
        WHERE (SELECT count(*) FROM placed p WHERE p.clock_id = s.clock_id AND p.step = s.step) <> 1""",
    "events without a step": "SELECT count(*) FROM lines WHERE step IS NULL",
    "events that do not follow the one before": """
        SELECT count(*) FROM (
            SELECT from_state, lag(to_state, 1, b.state) OVER (PARTITION BY incident_id ORDER BY e.id) AS was
            FROM incidents_incidentevent e JOIN before_drill b ON b.id = e.incident_id
        ) AS one WHERE from_state <> was""",
    "incidents that are not what their events say": """
        SELECT count(*) FROM before_drill b JOIN incidents_incident i USING (id) LEFT JOIN (
            SELECT DISTINCT ON (incident_id) incident_id, to_state FROM incidents_incidentevent
            ORDER BY incident_id, id DESC) e ON e.incident_id = i.id
        WHERE i.state <> coalesce(e.to_state, b.state)""",
    "rises of the wrong way": f"""
        SELECT count(*) FROM rises r JOIN before_drill b ON b.id = r.incident_id
        WHERE from_level <> was OR to_level <> {_ABOVE.format(level="from_level")}""",
    "incidents at another level than their last rise": """
        SELECT count(*) FROM before_drill b JOIN incidents_incident i USING (id)
        LEFT JOIN (SELECT DISTINCT ON (incident_id) incident_id, to_level FROM rises
                   ORDER BY incident_id, id DESC) r ON r.incident_id = i.id
        JOIN unit_of u ON u.incident_id = i.id AND u.level = i.owner_level
        WHERE i.owner_level <> coalesce(r.to_level, b.owner_level)
           OR i.owner_organization_id <> CASE WHEN is_grid THEN b.community_id ELSE unit_id END""",
    "versions that do not count the moves": """
        SELECT count(*) FROM before_drill b JOIN incidents_incident i USING (id)
        WHERE i.version - b.version <> (
            SELECT count(DISTINCT (at, verb = 'archive')) FROM incidents_incidentevent e
            WHERE e.incident_id = i.id AND verb IN ('escalate', 'supervise', 'archive'))""",
    "limits of a unit that does not own it": """
        SELECT count(*) FROM incidents_clock c JOIN incidents_incident i ON i.id = c.incident_id
        JOIN before_drill b ON b.id = i.id
        WHERE c.stopped_at IS NULL AND c.organization_id <> i.owner_organization_id""",
    "supervision that was not ordered once": """
        SELECT count(*) FROM before_drill b JOIN incidents_incident i USING (id)
        WHERE (SELECT count(*) FROM lines l WHERE l.incident_id = i.id AND verb = 'supervise')
           <> (SELECT count(*) FROM incidents_supervision s WHERE s.incident_id = i.id)
        OR i.is_supervised <> EXISTS (SELECT FROM incidents_supervision s WHERE s.incident_id = i.id)""",
    # Messages
    "messages lost or too many": f"""
        WITH told (incident_id, clock_id, key, level) AS (
            SELECT p.incident_id, clock_id, kind_of || ':clock:' || clock_id
                || CASE WHEN step > 2 AND verb <> 'escalate' THEN ':' || step ELSE '' END, at_level
            FROM placed p JOIN before_drill b ON b.id = p.incident_id, LATERAL (SELECT
                CASE verb WHEN 'escalate' THEN 'incident_raised' WHEN 'supervise' THEN 'incident_supervised'
                ELSE CASE step WHEN 1 THEN 'incident_warned' ELSE 'incident_overdue' END END AS kind_of,
                p.colour = 'blue' AND p.kind = 'resolve' AS several
            ) AS words, LATERAL unnest(array_remove(ARRAY[p.level,
                CASE WHEN verb = 'escalate' THEN p.to_level END,
                CASE WHEN several AND step = 1 THEN {_ABOVE.format(level="p.level")} END,
                CASE WHEN verb = 'supervise' OR several AND step = 3 THEN 'city' END,
                CASE WHEN p.colour = 'red' AND step > 1 THEN 'street' END,
                CASE WHEN p.colour = 'red' AND step > 1 THEN 'city' END], NULL)) AS at_level
        ), wanted AS (
            SELECT DISTINCT key, user_id FROM told JOIN unit_of USING (incident_id, level)
            JOIN people USING (is_grid, unit_id)
        ), got AS (
            SELECT dedupe_key AS key, user_id FROM core_notification
            JOIN incidents_clock c ON c.id = split_part(dedupe_key, ':', 3)::bigint
            WHERE dedupe_key ~ '^[a-z_]+:clock:' AND c.incident_id IN (SELECT id FROM before_drill)
        )
        SELECT (SELECT count(*) FROM (TABLE wanted EXCEPT ALL TABLE got) AS lost)
             + (SELECT count(*) FROM (TABLE got EXCEPT ALL TABLE wanted) AS extra)""",
    # What waited for other tasks
    "rows of the import not filed": "SELECT count(*) FROM incidents_importrow WHERE outcome <> 'filed'",
    "imported incidents not of one row": f"""
        SELECT {{beside}} - count(DISTINCT row.incident_id)
             + abs({{beside}} - (SELECT count(*) FROM incidents_incident WHERE external_system = '{SYSTEM}'))
        FROM incidents_importrow row""",
    "ends of the import not told once": """
        SELECT abs((SELECT count(*) FROM core_notification WHERE kind = 'import_done')
            - (SELECT count(*) FROM incidents_importjob WHERE finished_at IS NOT NULL))""",
    "late tasks not told once to everybody": """
        WITH told AS (SELECT split_part(dedupe_key, ':', 4)::bigint AS task_id, user_id
                      FROM core_notification WHERE kind = 'session_task_late')
        SELECT (SELECT count(*) FROM (SELECT FROM told GROUP BY task_id, user_id
                                      HAVING count(*) > 1) AS twice)
             + (SELECT count(*) FROM incidents_sessiontask t JOIN organizations_membership m
                ON m.organization_id = t.unit_id
                WHERE (t.id, m.user_id) NOT IN (SELECT task_id, user_id FROM told))
             + (SELECT count(*) FROM incidents_sessiontask WHERE reminded_at IS NULL)""",
    "closed cases not filed away once": """
        SELECT count(*) FROM before_drill b JOIN incidents_incident i USING (id)
        WHERE b.state = 'closed' AND (i.state <> 'archived' OR 1 <> (
            SELECT count(*) FROM incidents_incidentevent e
            WHERE e.incident_id = b.id AND verb = 'archive'))""",
    "figures kept twice": """
        SELECT count(*) FROM (SELECT FROM incidents_figuresnapshot WHERE taken_by_id IS NULL
                              GROUP BY first, last HAVING count(*) > 1) AS twice""",
    "warnings of the calendar sent twice": """
        SELECT count(*) FROM (SELECT FROM core_notification WHERE kind = 'calendar_year_missing'
            GROUP BY user_id, dedupe_key HAVING count(*) > 1) AS twice""",
}


def checks_of(drill: Drill, books: list[Book]) -> dict[str, int]:
    """Return how many breaches each check found."""
    found: dict[str, int] = {}
    values = {"days": drill.days, "beside": waiting_beside(drill.clocks)}
    with drill.connected() as line:
        line.execute(_TOLD_OF)
        for name, query in _CHECKS.items():
            row = line.execute(query.format(**values)).fetchone()
            assert row is not None
            found[name] = int(row[0])
        filed = dict(line.execute(_BY_KEY).fetchall())
        marks = dict(line.execute(_BY_MARK).fetchall())
    return found | _of_people(books, filed, marks)


_BY_KEY = "SELECT client_key::text, number FROM incidents_incident WHERE client_key IS NOT NULL"
_BY_MARK = "SELECT note, count(*) FROM incidents_incidentevent WHERE note LIKE 'mark-%' GROUP BY 1"


def _of_people(books: list[Book], filed: dict[str, str], marks: dict[str, int]) -> dict[str, int]:
    """Hold what people got for an answer against what is in the database."""
    sent = {key: number for book in books for key, number in book.filed.items()}
    moved = {mark: move for book in books for mark, move in book.moved.items()}
    times = {mark: marks.get(mark, 0) for mark in moved}
    return {
        "reports without an answer": sum(not number for number in sent.values()),
        "reports lost or not as answered": sum(filed.get(key) != number for key, number in sent.items()),
        "reports nobody sent": len(filed.keys() - sent.keys()),
        "reports answered otherwise when sent again": sum(len(book.unlike) for book in books),
        "moves answered and not there once": sum(
            times[mark] != 1 for mark, move in moved.items() if move.status == 200
        ),
        "moves refused and there": sum(
            times[mark] > int(move.lost > 0) for mark, move in moved.items() if move.status != 200
        ),
        "moves nobody sent": len(marks.keys() - moved.keys()),
    }


def problems_of_filed(drill: Drill) -> dict[str, Any]:
    """Return how many incidents were filed during the drill, and every promise broken about them."""
    command = [sys.executable, "-m", "tests.faults.audit"]
    done = subprocess.run(
        command, env=drill.environment, cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
