"""The city under test with its servers and processes, and what a drill does to them and asks of them."""

import json
import random
import signal
import socket
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import redis
from celery import Celery

from gridgov.launcher.children import Child, run_step, stop_all
from gridgov.launcher.environment import django_environment
from gridgov.launcher.processes import send, tail, wait_until
from gridgov.launcher.services import Services

PATIENCE = 900
HOLD_SECONDS = 10
HOST = "127.0.0.1"
QUEUE = "celery"
CELERY = (sys.executable, "-m", "celery", "-A", "gridgov")
WORKER = (*CELERY, "worker", "-c", "1", "--loglevel", "info", "--without-gossip", "--without-mingle")
WEB = (
    sys.executable,
    "-m",
    "gunicorn",
    "gridgov.wsgi:application",
    "--worker-class",
    "gthread",
    "--threads",
    "4",
)
# Where a sweeper writes: held, it stands between its first statement and its last.
WRITTEN = ("incidents_clockstep", "incidents_incident", "incidents_incidentevent", "core_notification")
TASKS = (
    "incidents.tasks.sweep_clocks",
    "incidents.tasks.work_imports",
    "incidents.tasks.remind_of_late_tasks",
    "incidents.tasks.archive_closed",
    "incidents.tasks.keep_figures",
    "incidents.tasks.check_calendar",
)


class Drill:
    """Two workers, two beats, a web server, and one clock for all of them."""

    def __init__(self, services: Services, folder: Path, stack: ExitStack, *, clocks: int, seed: int) -> None:
        self.services, self.folder, self.clocks = services, folder, clocks
        self.rng = random.Random(seed)
        self.counted: Counter[str] = Counter()
        self.children: dict[str, Child] = {}
        self.kept: list[bytes] = []
        self._offset = folder / "offset"
        self._offset.write_text("0")
        self.days = 0
        self.port = _free_port()
        self.environment = django_environment(services, folder, "test") | {
            "SWEEP_EVERY_SECONDS": "1",
            "CLOCK_OFFSET_FILE": str(self._offset),
            "CLOCKS": str(clocks),
            "ALLOWED_HOSTS": HOST,
        }
        self._sender = Celery(broker=services.celery_url)
        stack.callback(self._sender.close)
        stack.callback(lambda: stop_all(list(self.children.values())))
        run_step([sys.executable, "-m", "tests.faults.load"], self.environment, folder / "load.log")
        self.people: Mapping[str, Any] = json.loads((folder / "people.json").read_text())

    def start_processes(self) -> None:
        """Start everything; returns at once."""
        for name in ("worker-1", "worker-2"):
            self._start(name, *WORKER, "-n", f"{name}@drill")
        for name in ("beat-1", "beat-2"):
            self._start(name, *CELERY, "beat", "-s", str(self.folder / name), "--pidfile", "")
        bind = ("--bind", f"{HOST}:{self.port}", "--worker-tmp-dir", str(self.folder))
        self._start("web", *WEB, *bind)

    def restart(self, name: str) -> None:
        """Kill a process with all it started, and start it again, as a supervisor does."""
        self.children[name].signal_group(signal.SIGKILL)
        self.children[name].start()

    def wait_for(self, condition: Callable[[], bool], pause: float = 0.1) -> None:
        """Wait until the condition holds, and start again what has given up, as a supervisor does."""

        def holds() -> bool:
            for child in self.children.values():
                if not child.is_running():
                    self.counted["processes that gave up"] += 1
                    child.start()
            return condition()

        assert wait_until(holds, PATIENCE, pause=pause), self.logs()

    def child_of(self, name: str) -> int | None:
        """Return a process that this one has started, None where it has none now."""
        process = self.children[name].process
        assert process is not None
        with suppress(OSError):
            found = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            return int(found[-1]) if found else None
        return None

    def remember(self) -> None:
        """Keep the incidents as they are, and let only one clock of each open one run out, when told."""
        self.execute(
            "UPDATE incidents_clock SET fires_at = NULL, stopped_at = now() WHERE kind <> 'resolve';"
            "UPDATE incidents_clock SET fires_at = NULL WHERE kind = 'resolve';"
            "CREATE TABLE before_drill AS SELECT * FROM incidents_incident;"
            "ALTER TABLE before_drill ADD PRIMARY KEY (id);"
            "CREATE TABLE drilled AS SELECT id FROM incidents_clock WHERE kind = 'resolve'"
        )

    def make_due(self, part: int, parts: int) -> None:
        """Let the limits of one part of the incidents have run out, as after an hour of downtime."""
        self.execute(
            "UPDATE incidents_clock "
            "SET started_at = now() - interval '2 h', warn_at = now() - interval '1 h',"
            " due_at = now() - interval '1 min', fires_at = now() - interval '1 h' WHERE stage = 0 AND"
            f" stopped_at IS NULL AND id IN (SELECT id FROM drilled WHERE id % {parts} = {part})"
        )

    def jump(self, days: int) -> int:
        """Let days pass in one moment; return how many clocks are due by it."""
        self.days += days
        fresh = self._offset.with_suffix(".new")
        fresh.write_text(str(self.days * 86_400))
        fresh.replace(self._offset)
        return self.due()

    def due(self) -> int:
        """Return how many clocks are due now."""
        found: int = self.one(
            f"SELECT count(*) FROM incidents_clock WHERE fires_at <= now() + interval '{self.days} days'"
        )
        return found

    @contextmanager
    def stopped_in_mid_sweep(self) -> Iterator[None]:
        """Hold sweepers where they write; inside, one of them waits there, unless all are busy otherwise."""
        with closing(psycopg.connect(self.services.database_url)) as holder:
            holder.execute(f"LOCK TABLE {self.rng.choice(WRITTEN)} IN SHARE MODE")
            waits = wait_until(lambda: self.one(_WAITING) > 0, HOLD_SECONDS, pause=0.05)
            self.counted["blows in mid-sweep"] += int(waits)
            yield

    def down_and_up(self, way: str) -> None:
        """Take PostgreSQL down with a checkpoint ("fast"), without ("immediate") or by force ("killed")."""
        postgres = self.services.postgres
        assert postgres is not None
        pid = postgres.pid()
        assert pid is not None
        send(pid, {"fast": signal.SIGINT, "immediate": signal.SIGQUIT, "killed": signal.SIGKILL}[way])
        assert wait_until(lambda: postgres.pid() is None, PATIENCE)
        postgres.start()

    def redis(self) -> "redis.Redis[bytes]":
        """Return a line to the queue's database."""
        return redis.Redis(unix_socket_path=self.services.redis_url.split("//")[1].split("?")[0], db=0)

    def deliver_again(self) -> int:
        """Put every waiting message into the queue twice and in another order, with older ones among them."""
        with closing(self.redis()) as line:
            waiting: list[bytes] = list(line.lrange(QUEUE, 0, -1))
            messages = [*waiting, *waiting, *self.rng.sample(self.kept, min(5, len(self.kept)))]
            self.rng.shuffle(messages)
            with line.pipeline() as together:
                together.delete(QUEUE)
                if messages:
                    together.lpush(QUEUE, *messages)
                together.execute()
        self.kept += waiting
        return len(messages) - len(waiting)

    def ask_for(self, *names: str) -> None:
        """Send a message for each of these tasks."""
        for name in names:
            self._sender.send_task(name)

    def settled(self) -> bool:
        """Tell whether nothing is left for any worker to do."""
        return self.due() == 0 and self.one(_WAITING_BESIDE) == 0

    def steps(self) -> int:
        """Return how many steps have been taken."""
        found: int = self.one("SELECT count(*) FROM incidents_clockstep")
        return found

    @contextmanager
    def connected(self) -> "Iterator[psycopg.Connection[tuple[Any, ...]]]":
        """Give a line to the database, with a transaction that is committed at the end."""
        with psycopg.connect(self.services.database_url) as connection:
            yield connection

    def one(self, query: str) -> Any:
        """Return the first value a query gives."""
        return self.rows(query)[0][0]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return what a query gives."""
        with self.connected() as line:
            return line.execute(query).fetchall()

    def execute(self, statement: str) -> None:
        """Send a statement that gives nothing."""
        with self.connected() as line:
            line.execute(statement)

    def logs(self) -> str:
        """Return how the logs of all processes end."""
        return "\n".join(f"--- {child.name}\n{tail(child.log, 30)}" for child in self.children.values())

    def _start(self, name: str, *command: str) -> None:
        child = Child(name, list(command), self.environment, self.folder / f"{name}.log")
        self.children[name] = child
        child.start()


_WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE wait_event_type = 'Lock' AND query LIKE '%json_to_recordset%' AND pid <> pg_backend_pid()
"""
_WAITING_BESIDE = """
SELECT (SELECT count(*) FROM incidents_importjob WHERE finished_at IS NULL)
     + (SELECT count(*) FROM incidents_sessiontask WHERE reminded_at IS NULL)
     + (SELECT count(*) FROM incidents_incident JOIN before_drill b USING (id)
        WHERE incidents_incident.state = 'closed')
     + (SELECT count(*) FROM (SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM incidents_figuresnapshot)) AS missing)
"""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
