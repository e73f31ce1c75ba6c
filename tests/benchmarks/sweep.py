"""Sweeping clocks that ran out, beside one SQL statement that has the same effects."""

import statistics
from datetime import timedelta

from django.db import connection

from core import clock
from incidents.models import Clock
from incidents.services.sweep import sweep_due
from tests.benchmarks.city import NOW
from tests.benchmarks.databases import copy_of
from tests.benchmarks.measure import Measured, seconds_of
from tests.benchmarks.sweep_sql import ONE_STATEMENT

ROUNDS = 3
TABLES = ("incidents_clockstep", "incidents_clock", "incidents_incidentevent", "core_notification")


def measure(template: str) -> list[Measured]:
    """Let every handling limit run out at once and sweep, both ways, each on fresh copies."""
    ours, limit, counts = [], [], []
    for _ in range(ROUNDS):
        for work, rates in ((_sweep_all, ours), (_one_statement, limit)):
            with copy_of(template), clock.frozen_at(NOW):
                due = _let_run_out()
                rates.append(due / seconds_of(work))
                counts.append(_counts())
    if any(count != counts[0] for count in counts):
        raise RuntimeError(f"both ways must write the same rows: {counts}")
    detail = f"{due} due, batches of 500; " + ", ".join(f"{n} {t.split('_')[1]}" for t, n in counts[0].items())
    return [
        Measured(
            name="sweep",
            unit="clocks/s",
            ours=round(statistics.median(ours)),
            limit=round(statistics.median(limit)),
            detail=detail,
        )
    ]


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


def _counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        found = {}
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
        return found
