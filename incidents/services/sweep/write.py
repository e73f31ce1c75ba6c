"""Writing a plan: one statement per table, whatever the size of the batch.

Rows travel as one JSON document per statement: PostgreSQL takes it apart several times faster than Python
can quote arrays of texts.
"""

import json
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import Any, NamedTuple, Self

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from core.actor import SYSTEM
from incidents.rules.vocabulary import Colour
from incidents.services.rulebook import Rulebook
from incidents.services.sweep.people import Told, people_of
from incidents.services.sweep.plan import Message, Plan
from incidents.withholding import those_who_see

_STEPS = """
INSERT INTO incidents_clockstep (clock_id, step, due_at, taken_at)
SELECT clock_id, step, due_at, %s
FROM json_to_recordset(%s::json) AS row (clock_id bigint, step smallint, due_at timestamptz)
"""
_CLOCKS = """
UPDATE incidents_clock c
SET stage = row.stage, organization_id = row.organization_id, fires_at = row.fires_at,
    stopped_at = row.stopped_at
FROM json_to_recordset(%s::json) AS row
    (pk bigint, stage smallint, organization_id bigint, fires_at timestamptz, stopped_at timestamptz)
WHERE c.id = row.pk
"""
_FRESH = """
INSERT INTO incidents_clock
    (incident_id, organization_id, kind, started_at, warn_at, due_at, fires_at, stage, "limit")
SELECT incident_id, organization_id, kind, %s, warn_at, due_at, warn_at, 0, "limit"
FROM json_to_recordset(%s::json) AS row
    (incident_id bigint, organization_id bigint, kind text, warn_at timestamptz, due_at timestamptz,
     "limit" text)
"""
_CHANGES = """
UPDATE incidents_incident i
SET state = row.state, owner_level = row.level, owner_organization_id = row.owner_id, due_at = row.due_at,
    is_supervised = i.is_supervised OR row.supervised, version = i.version + 1,
    return_until = CASE WHEN row.handed_on THEN NULL ELSE i.return_until END,
    dispatched_at = CASE WHEN row.handed_on THEN %s ELSE i.dispatched_at END
FROM json_to_recordset(%s::json) AS row
    (pk bigint, state text, level text, owner_id bigint, due_at timestamptz, supervised boolean,
     handed_on boolean)
WHERE i.id = row.pk
"""
_EVENTS = """
INSERT INTO incidents_incidentevent
    (incident_id, at, actor_kind, verb, from_state, to_state, note, reasons, data, is_public)
SELECT incident_id, %s, %s, verb, from_state, to_state, '', reasons, data, is_public
FROM json_to_recordset(%s::json) AS row
    (incident_id bigint, verb text, from_state text, to_state text, reasons jsonb, data jsonb,
     is_public boolean)
"""
_PARTICIPATIONS = """
INSERT INTO incidents_participation (incident_id, organization_id, since)
SELECT incident_id, organization_id, %s
FROM json_to_recordset(%s::json) AS row (incident_id bigint, organization_id bigint)
ON CONFLICT DO NOTHING
"""
_SUPERVISIONS = """
INSERT INTO incidents_supervision (incident_id, ordered_at, reasons)
SELECT incident_id, %s, reasons
FROM json_to_recordset(%s::json) AS row (incident_id bigint, reasons jsonb)
"""
_MESSAGES = """
INSERT INTO core_notification (user_id, kind, params, url, dedupe_key, created_at, visible_from)
SELECT person, kind, params, url, dedupe_key, %s, until
FROM json_to_recordset(%s::json) AS row
    (kind text, params jsonb, url text, dedupe_key text, people bigint[], held timestamptz[]),
    unnest(people, held) AS told (person, until)
ON CONFLICT DO NOTHING
"""


Statement = tuple[str, list[Any]]


class Writer:
    """Writes plans one after the other on the transaction's connection, each while the next is decided.

    A step taken before is an IntegrityError, raised by the next call or on leaving, and undoes the batch. The
    connection is used by one thread at a time: every call waits for what was handed over before.
    """

    def __init__(self, now: datetime, book: Rulebook) -> None:
        self._now, self._book = now, book
        self._wrapper = connections[DEFAULT_DB_ALIAS]
        self._thread = ThreadPoolExecutor(1)
        self._pending: Future[None] | None = None

    def __enter__(self) -> Self:
        self._wrapper.inc_thread_sharing()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        try:
            self._wait()
        except Exception:
            if kind is None:
                raise  # else the first failure is the one to tell
        finally:
            self._thread.shutdown()
            self._wrapper.dec_thread_sharing()

    def write(self, plan: Plan) -> None:
        """Hand the plan over. Clocks stop before new ones start, because only one of a kind may run."""
        statements = _statements(plan, self._now)
        self._wait()
        if any(message.withheld_id is not None for message in plan.messages):
            # Who sees a withheld incident is asked below, and depends on who has it now.
            _send(self._wrapper, statements)
            statements = []
        if plan.messages:
            units = (unit for message in plan.messages for unit in message.units)
            told = people_of(units, self._now, self._book)
            statements += _statement(_MESSAGES, [self._now], _addressed(plan, told))
        self._pending = self._thread.submit(_send, self._wrapper, statements)

    def _wait(self) -> None:
        pending, self._pending = self._pending, None
        if pending is not None:
            pending.result()


def _statements(plan: Plan, now: datetime) -> list[Statement]:
    return [
        *_statement(_STEPS, [now], _documents(plan.steps)),
        *_statement(_CLOCKS, [], _documents(plan.clocks)),
        *_statement(_FRESH, [now], _documents(plan.fresh)),
        *_statement(_CHANGES, [now], _documents(plan.changes)),
        *_statement(_EVENTS, [now, SYSTEM.kind.value], _documents(plan.events)),
        *_statement(_PARTICIPATIONS, [now], _documents(plan.participations)),
        *_statement(_SUPERVISIONS, [now], _documents(plan.supervisions)),
    ]


def _addressed(plan: Plan, told: Told) -> list[dict[str, Any]]:
    found = []
    for message in plan.messages:
        document = message._asdict()
        units, withheld_id = document.pop("units"), document.pop("withheld_id")
        people = {person for unit in units for person in told.people.get(unit, ())}
        document["people"] = sorted(people if withheld_id is None else those_who_see(withheld_id, people))
        document["held"] = _held(message, document["people"], told)
        found.append(document)
    return found


def _held(message: Message, people: Sequence[int], told: Told) -> list[datetime | None]:
    """Return until when each person's copy waits; none at all for what cannot wait. Source: R-86.

    Who hears of it through several units waits only if all of them rest.
    """
    if not told.held or message.params["colour"] == Colour.RED:
        return []
    until: dict[int, datetime | None] = {}
    for unit in message.units:
        rests = told.held.get(unit)
        for person in told.people.get(unit, ()):
            until[person] = rests if until.get(person, rests) is not None else None
    return [until[person] for person in people]


def _documents(rows: Sequence[NamedTuple]) -> list[dict[str, Any]]:
    return [row._asdict() for row in rows]


def _statement(text: str, first: list[Any], rows: list[dict[str, Any]]) -> list[Statement]:
    return [(text, [*first, json.dumps(rows, default=str, ensure_ascii=False)])] if rows else []


def _send(wrapper: BaseDatabaseWrapper, statements: list[Statement]) -> None:
    with wrapper.cursor() as cursor:
        for text, parameters in statements:
            cursor.execute(text, parameters)
