"""Writing a plan: one statement per table, whatever the size of the batch."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from core.actor import SYSTEM
from incidents.services.sweep.plan import Plan, Unit

_STEPS = """
INSERT INTO incidents_clockstep (clock_id, step, taken_at)
SELECT row.clock_id, row.step, %s FROM unnest(%s::bigint[], %s::smallint[]) AS row (clock_id, step)
"""
_CLOCKS = """
UPDATE incidents_clock c
SET stage = row.stage, organization_id = row.organization_id, fires_at = row.fires_at,
    stopped_at = row.stopped_at
FROM unnest(%s::bigint[], %s::smallint[], %s::bigint[], %s::timestamptz[], %s::timestamptz[])
    AS row (id, stage, organization_id, fires_at, stopped_at)
WHERE c.id = row.id
"""
_FRESH = """
INSERT INTO incidents_clock (incident_id, organization_id, kind, started_at, warn_at, due_at, fires_at, stage)
SELECT row.incident_id, row.organization_id, row.kind, %s, row.warn_at, row.due_at, row.warn_at, 0
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::timestamptz[], %s::timestamptz[])
    AS row (incident_id, organization_id, kind, warn_at, due_at)
"""
_CHANGES = """
UPDATE incidents_incident i
SET state = row.state, owner_level = row.owner_level, owner_organization_id = row.owner_id, due_at = row.due_at,
    is_supervised = i.is_supervised OR row.supervised, closed_at = coalesce(row.closed_at, i.closed_at),
    is_whistled = i.is_whistled AND row.closed_at IS NULL, version = i.version + 1
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::timestamptz[], %s::boolean[],
            %s::timestamptz[])
    AS row (id, state, owner_level, owner_id, due_at, supervised, closed_at)
WHERE i.id = row.id
"""
_EVENTS = """
INSERT INTO incidents_incidentevent
    (incident_id, at, actor_kind, verb, from_state, to_state, note, reasons, data, is_public)
SELECT row.incident_id, %s, %s, row.verb, row.from_state, row.to_state, '', row.reasons::jsonb, row.data::jsonb,
       row.is_public
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::boolean[])
    WITH ORDINALITY
    AS row (incident_id, verb, from_state, to_state, reasons, data, is_public, position)
ORDER BY row.position
"""
_PARTICIPATIONS = """
INSERT INTO incidents_participation (incident_id, organization_id, since)
SELECT row.incident_id, row.organization_id, %s
FROM unnest(%s::bigint[], %s::bigint[]) AS row (incident_id, organization_id)
ON CONFLICT DO NOTHING
"""
_WHISTLES = "UPDATE incidents_whistle SET ended_at = %s WHERE incident_id = ANY(%s) AND ended_at IS NULL"
_MESSAGES = """
INSERT INTO core_notification (user_id, kind, params, url, dedupe_key, created_at)
SELECT person.user_id, row.kind, row.params::jsonb, row.url, row.dedupe_key, %s
FROM unnest(%s::boolean[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[]) WITH ORDINALITY
    AS row (is_grid, unit_id, kind, params, url, dedupe_key, position)
JOIN unnest(%s::boolean[], %s::bigint[], %s::bigint[]) AS person (is_grid, unit_id, user_id)
    ON person.is_grid = row.is_grid AND person.unit_id = row.unit_id
ORDER BY row.position
ON CONFLICT DO NOTHING
"""


def write(plan: Plan, people: Sequence[tuple[Unit, int]], now: datetime) -> None:
    """Write the whole plan; a step taken before is an IntegrityError and undoes the batch.

    Clocks are stopped before new ones start, because only one of a kind may run. One statement per table.
    """
    _run(_STEPS, [now], plan.steps)
    _run(_CLOCKS, [], plan.clocks)
    _run(_FRESH, [now], plan.fresh)
    _run(_CHANGES, [], plan.changes)
    _run(_EVENTS, [now, SYSTEM.kind.value], plan.events)
    _run(_PARTICIPATIONS, [now], plan.participations)
    if plan.ended_whistles:
        _execute(_WHISTLES, [now, plan.ended_whistles])
    if plan.messages and people:
        told = [(*one.unit, one.kind, one.params, one.url, one.dedupe_key) for one in plan.messages]
        who = [(*unit, user_id) for unit, user_id in people]
        _execute(_MESSAGES, [now, *_columns(told), *_columns(who)])


def _run(statement: str, first: list[Any], rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        _execute(statement, [*first, *_columns(rows)])


def _columns(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _execute(statement: str, parameters: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
