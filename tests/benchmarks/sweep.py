"""Sweeping clocks that ran out, beside one SQL statement that has the same effects."""

import statistics
from datetime import timedelta

from django.db import connection

from core import clock
from incidents.models import Clock
from incidents.services.sweep import BATCH, sweep_due
from tests.benchmarks.city import NOW
from tests.benchmarks.databases import copy_of
from tests.benchmarks.measure import Measured, seconds_of
from tests.benchmarks.sweep_sql import ONE_STATEMENT

ROUNDS = 3
# All that a sweep writes, as (what to compare, table); both ways must leave the very same rows.
WRITTEN = {
    "steps": "(clock_id, step, due_at) FROM incidents_clockstep",
    "clocks": '(incident_id, organization_id, kind, stage, warn_at, due_at, fires_at, stopped_at, "limit")'
    " FROM incidents_clock",
    "incidents": "(id, state, owner_level, owner_organization_id, due_at, dispatched_at, return_until,"
    " version) FROM incidents_incident WHERE version > 1",
    "events": "(incident_id, verb, from_state, to_state, reasons, data, is_public)"
    " FROM incidents_incidentevent",
    "participations": "(incident_id, organization_id, is_open) FROM incidents_participation",
    "supervisions": "(incident_id, reasons) FROM incidents_supervision",
    "messages": "(user_id, kind, params, url, dedupe_key, visible_from) FROM core_notification",
}


def measure(template: str) -> list[Measured]:
    """Let every handling limit run out at once and sweep, both ways, each on fresh copies."""
    ours, limit, written = [], [], []
    for _ in range(ROUNDS):
        for work, rates in ((_sweep_all, ours), (_one_statement, limit)):
            with copy_of(template), clock.frozen_at(NOW):
                due = _let_run_out()
                rates.append(due / seconds_of(work))
                written.append(_written())
    if any(one != written[0] for one in written):
        raise RuntimeError(f"both ways must write the same rows: {written}")
    detail = ", ".join(f"{number} {what}" for what, (number, _digest) in written[0].items())
    return [
        Measured(
            name="sweep",
            unit="clocks/s",
            ours=round(statistics.median(ours)),
            limit=round(statistics.median(limit)),
            detail=f"{due} due, batches of {BATCH}: {detail}",
        )
    ]


def rate_of(template: str) -> float:
    """Return clocks per second through the sweep alone."""
    with copy_of(template), clock.frozen_at(NOW):
        due = _let_run_out()
        return round(due / seconds_of(_sweep_all), 1)


def _let_run_out() -> int:
    """Make every handling limit due now, already warned, and leave the limits to sign by alone."""
    past = NOW - timedelta(minutes=1)
    Clock.objects.exclude(kind="resolve").update(fires_at=None, stopped_at=past)
    started = past - timedelta(days=3)
    due = Clock.objects.filter(kind="resolve").update(
        started_at=started, warn_at=started, due_at=past, fires_at=past, stage=1
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE incidents_clock")
    return due


def _sweep_all() -> None:
    while sweep_due().claimed:
        pass


def _one_statement() -> None:
    with connection.cursor() as cursor:
        cursor.execute(ONE_STATEMENT, {"now": NOW})


def _written() -> dict[str, tuple[int, str]]:
    """Return how many rows of each kind there are, and a digest of them."""
    found = {}
    with connection.cursor() as cursor:
        for what, rows in WRITTEN.items():
            digest = "md5(string_agg(row::text, ';' ORDER BY row::text))"
            query = f"SELECT count(*), {digest} FROM (SELECT {rows}) t (row)"
            cursor.execute(query)
            found[what] = cursor.fetchone()
    return found
