"""Claiming due clocks and reading what they belong to; the only reads of the sweep that lock.

The lock is the incident's row, the one every service takes first, and it guards the incident's clocks; clock
rows are never locked themselves, so no order can be inverted. Whoever works on an incident now is not waited
for: its clocks come with the next sweep.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from incidents.rules.vocabulary import ClockKind, Colour, Level, State
from incidents.services.sweep.plan import ClockRow, Overdue, Place

# Rows that another transaction holds are skipped below the LIMIT, so a second sweeper finds the next ones.
# NO KEY UPDATE, because the weaker locks that foreign keys take must not make an incident look busy.
_CLAIM = """
SELECT c.incident_id
FROM incidents_clock c JOIN incidents_incident i ON i.id = c.incident_id
WHERE c.fires_at <= %s AND NOT c.incident_id = ANY(%s)
  AND (%s::bigint IS NULL OR c.incident_id = %s)
ORDER BY c.fires_at, c.id
LIMIT %s
FOR NO KEY UPDATE OF i SKIP LOCKED
"""

# Read after the lock, by a statement of its own: what the claim saw of the clocks may be older than the lock.
# The unit a report is about, and what stands below it, is no place for it to go.
_READ = """
SELECT i.id, i.number, i.state, i.colour, i.category_id, category.name, i.owner_level,
       i.grid_id, i.is_whistled, i.due_at, owner.id, owner.name, community.id, community.name,
       street.id, street.name, lead.id, lead.name,
       i.is_secret OR i.accused_organization_id IS NOT NULL,
       CASE WHEN i.is_secret THEN category.secret_roles END,
       c.id, c.kind, c.organization_id, c.whistle_response_id, c.stage, c.due_at, c.fires_at,
       c.started_at, c.original_due_at, c."limit", c.paused_at IS NOT NULL
FROM incidents_incident i
JOIN incidents_category category ON category.id = i.category_id
JOIN incidents_clock c ON c.incident_id = i.id AND c.stopped_at IS NULL
JOIN organizations_organization owner ON owner.id = i.owner_organization_id
LEFT JOIN organizations_organization community ON community.id = i.community_id
    AND (i.accused_organization_id IN (community.id, community.parent_id)) IS NOT TRUE
LEFT JOIN organizations_organization street ON street.id = i.street_id
    AND street.id IS DISTINCT FROM i.accused_organization_id
LEFT JOIN organizations_organization lead ON lead.id = i.lead_department_id AND lead.closed_on IS NULL
    AND (i.accused_organization_id IN (lead.id, lead.parent_id)) IS NOT TRUE
WHERE i.id = ANY(%s)
ORDER BY i.id, c.fires_at, c.id
"""
_INCIDENT_COLUMNS = 20


def claim(
    now: datetime, limit: int, *, without: frozenset[int] = frozenset(), only: int | None = None
) -> list[int]:
    """Lock the incidents of at most `limit` due clocks, longest due first; return their ids.

    `without` names incidents to leave alone, `only` the single one to take. One query; must run inside a
    transaction, which holds the locks.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [now, list(without), only, only, limit])
        return sorted({row[0] for row in cursor.fetchall()})


def read(incident_ids: Sequence[int], *, city: Place | None) -> list[Overdue]:
    """Return claimed incidents with the clocks that have not been stopped. One query."""
    found: dict[int, Overdue] = {}
    with connection.cursor() as cursor:
        cursor.execute(_READ, [list(incident_ids)])
        for row in cursor.fetchall():
            subject = found.get(row[0])
            if subject is None:
                subject = found[row[0]] = _incident(row, city)
            subject.clocks.append(_clock(row[_INCIDENT_COLUMNS:]))
    return list(found.values())


def _incident(row: tuple[Any, ...], city: Place | None) -> Overdue:
    pk, number, state, colour, category_id, category, level, grid, whistled, due_at, *places = row[
        :_INCIDENT_COLUMNS
    ]
    owner, owner_name, *others, withheld, secret_roles = places
    community, street, lead = (
        None if one is None else Place(one, name) for one, name in zip(others[::2], others[1::2], strict=True)
    )
    return Overdue(
        pk=pk,
        number=number,
        state=_STATES[state],
        colour=_COLOURS[colour],
        category_id=category_id,
        category=category,
        level=_LEVELS[level],
        owner=Place(owner, owner_name),
        grid_id=grid,
        community=community,
        street=street,
        lead_department=lead,
        city=city,
        whistled=whistled,
        due_at=due_at,
        withheld=withheld,
        secret_roles=None if secret_roles is None else frozenset(secret_roles),
    )


def _clock(row: tuple[Any, ...]) -> ClockRow:
    pk, kind, organization, response, stage, due_at, fires_at, started_at, first_due, limit, paused = row
    return ClockRow(
        pk=pk,
        kind=_KINDS[kind],
        organization_id=organization,
        response_id=response,
        stage=stage,
        due_at=due_at,
        fires_at=fires_at,
        started_at=started_at,
        original_due_at=first_due,
        limit=limit,
        paused=paused,
    )


# Looking a word up is several times cheaper than calling the enumeration, for every row of every batch.
_STATES = {member.value: member for member in State}
_COLOURS = {member.value: member for member in Colour}
_LEVELS = {member.value: member for member in Level}
_KINDS = {member.value: member for member in ClockKind}
