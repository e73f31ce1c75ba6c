"""The sweep under faults: real worker and beat processes, real servers, and every step exactly once.

Each wave makes a third of the clocks due. A lock on the inbox table stops the sweepers between their first
and their last statement, so that every blow falls in mid-sweep and not beside it.
"""

import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis

from gridgov.launcher.children import Child, run_step, stop_all
from gridgov.launcher.environment import django_environment
from gridgov.launcher.processes import tail, wait_until
from gridgov.launcher.services import Services
from tests.faults.load import INCIDENTS

PATIENCE = 60
WAVES = 3
CELERY = (sys.executable, "-m", "celery", "-A", "gridgov")
WORKER = (*CELERY, "worker", "-c", "2", "--loglevel", "info", "--without-gossip", "--without-mingle")


class Drill:
    """The city under test, its servers and its processes."""

    def __init__(self, services: Services, folder: Path, stack: ExitStack) -> None:
        self.services = services
        self.folder = folder
        self.environment = django_environment(services, folder, "test") | {"SWEEP_EVERY_SECONDS": "1"}
        self.children: list[Child] = []
        stack.callback(lambda: stop_all(self.children))
        run_step([sys.executable, "-m", "tests.faults.load"], self.environment, folder / "load.log")
        self._execute(
            "UPDATE incidents_clock SET fires_at = NULL, stopped_at = now() WHERE kind <> 'resolve';"
            "UPDATE incidents_clock SET fires_at = NULL WHERE kind = 'resolve';"
            "CREATE TABLE before_drill AS SELECT * FROM incidents_incident;"
            "CREATE TABLE drilled AS SELECT id FROM incidents_clock WHERE kind = 'resolve'"
        )

    def start(self, name: str, *command: str) -> Child:
        child = Child(name, list(command), self.environment, self.folder / f"{name}.log")
        child.start()
        self.children.append(child)
        return child

    def start_beat(self, name: str) -> Child:
        return self.start(name, *CELERY, "beat", "-s", str(self.folder / name), "--pidfile", "")

    def make_due(self, wave: int) -> None:
        """Let both steps of a third of the clocks be due, as after an hour of downtime."""
        self._execute(
            "UPDATE incidents_clock "
            "SET started_at = now() - interval '2 h', warn_at = now() - interval '1 h',"
            " due_at = now() - interval '1 min', fires_at = now() - interval '1 h' WHERE stage = 0 AND"
            f" stopped_at IS NULL AND id IN (SELECT id FROM drilled WHERE id % {WAVES} = {wave})"
        )

    @contextmanager
    def stopped_in_mid_sweep(self) -> Iterator[None]:
        """Hold sweepers where they write to inboxes; inside, at least one of them waits there."""
        with closing(psycopg.connect(self.services.database_url)) as holder:
            holder.execute("LOCK TABLE core_notification IN SHARE MODE")
            yield

    def wait_for_sweeper(self) -> None:
        assert wait_until(lambda: self.one(WAITING) > 0, PATIENCE, pause=0.1), self.logs()

    def wait_for_wave(self, wave: int) -> None:
        left = (
            "SELECT count(*) FROM drilled d JOIN incidents_clock USING (id)"
            f" WHERE stage < 2 AND d.id % {WAVES} = {wave}"
        )
        assert wait_until(lambda: self.one(left) == 0, PATIENCE, pause=0.2), self.logs()

    def one(self, query: str) -> Any:
        rows = self.rows(query)
        return rows[0][0]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.services.database_url) as connection:
            return connection.execute(query).fetchall()

    def flush_redis(self) -> None:
        redis.Redis.from_url(self.services.redis_url).flushall()

    def logs(self) -> str:
        return "\n".join(f"--- {child.name}\n{tail(child.log, 30)}" for child in self.children)

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.services.database_url) as connection:
            connection.execute(statement)


WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE wait_event_type = 'Lock' AND query ILIKE '%INSERT INTO core_notification%' AND pid <> pg_backend_pid()
"""


@pytest.fixture
def drill(own_servers: Services, own_data_dir: Path) -> Iterator[Drill]:
    with ExitStack() as stack:
        yield Drill(own_servers, own_data_dir, stack)


@pytest.mark.faults
def test_every_step_is_taken_exactly_once_whatever_dies(drill: Drill) -> None:
    worker = drill.start("worker", *WORKER)
    drill.start_beat("beat")
    drill.start_beat("beat-twice")

    with drill.stopped_in_mid_sweep():  # 1. the worker dies between its first and its last statement
        drill.make_due(0)
        drill.wait_for_sweeper()
        worker.signal_group(signal.SIGKILL)
        drill.flush_redis()  # 2. and the queue is lost
    assert wait_until(lambda: drill.one(WAITING) == 0, PATIENCE)
    assert drill.one("SELECT count(*) FROM incidents_clockstep") == 0, "half a batch was kept"
    drill.start("worker-again", *WORKER)
    drill.wait_for_wave(0)

    with drill.stopped_in_mid_sweep():  # 3. PostgreSQL goes down under the sweepers and comes back
        drill.make_due(1)
        drill.wait_for_sweeper()
        assert drill.services.postgres is not None
        drill.services.postgres.restart()
    drill.wait_for_wave(1)

    drill.make_due(2)
    drill.flush_redis()  # 4. the queue is lost under a living worker and two living beats
    drill.wait_for_wave(2)

    _assert_exactly_once(drill)


def _assert_exactly_once(drill: Drill) -> None:
    clocks = drill.one("SELECT count(*) FROM drilled")
    assert clocks == INCIDENTS >= 2000
    assert drill.rows(
        "SELECT step, count(*), count(DISTINCT clock_id) FROM incidents_clockstep GROUP BY 1 ORDER BY 1"
    ) == [(1, clocks, clocks), (2, clocks, clocks)]
    assert drill.rows(
        "SELECT verb, count(*), count(DISTINCT incident_id) FROM incidents_incidentevent"
        " GROUP BY 1 ORDER BY 1"
    ) == [("escalate", clocks, clocks), ("warn", clocks, clocks)]
    assert drill.one("SELECT count(*) FROM incidents_incident WHERE version = 2") == clocks
    assert drill.one("SELECT count(*) FROM incidents_clock WHERE stopped_at IS NULL") == 2 * clocks
    assert drill.rows(INBOXES) == drill.rows(EXPECTED_INBOXES)


INBOXES = "SELECT kind, count(*) FROM core_notification GROUP BY 1 ORDER BY 1"
# Counted from the people and the incidents as they were before, independently of the code.
EXPECTED_INBOXES = """
WITH people (is_grid, unit_id, user_id) AS (
    SELECT false, organization_id, user_id FROM organizations_membership WHERE role <> 'grid_worker'
    UNION ALL
    SELECT true, a.grid_id, m.user_id
    FROM grids_gridassignment a JOIN organizations_membership m ON m.id = a.membership_id
), told (id, kind, is_grid, unit_id) AS (
    SELECT id, 'incident_warned', owner_level = 'grid',
           CASE owner_level WHEN 'grid' THEN grid_id ELSE owner_organization_id END
    FROM before_drill
    UNION ALL
    SELECT id, 'incident_raised', owner_level = 'grid',
           CASE owner_level WHEN 'grid' THEN grid_id ELSE owner_organization_id END
    FROM before_drill
    UNION ALL
    SELECT id, 'incident_raised', false,
           CASE owner_level WHEN 'grid' THEN community_id WHEN 'community' THEN street_id
               WHEN 'street' THEN coalesce(lead_department_id, 1) ELSE 1 END
    FROM before_drill
    UNION ALL
    SELECT id, 'incident_raised', false, unnest(ARRAY[street_id, 1]) FROM before_drill WHERE colour = 'red'
)
SELECT kind, count(DISTINCT (id, user_id)) FROM told JOIN people USING (is_grid, unit_id)
GROUP BY 1 ORDER BY 1
"""
