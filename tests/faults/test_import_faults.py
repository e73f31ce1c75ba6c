"""An import under kill -9: real worker processes die in the middle of it, and no row is lost or doubled."""

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest

from gridgov.launcher.children import Child, run_step, stop_all
from gridgov.launcher.environment import django_environment
from gridgov.launcher.processes import tail, wait_until
from gridgov.launcher.services import Services
from tests.faults.load_people import CHUNK_ROWS, ROWS

PATIENCE = 240
CELERY = (sys.executable, "-m", "celery", "-A", "gridgov")
WORKER = (*CELERY, "worker", "-c", "1", "--loglevel", "info", "--without-gossip", "--without-mingle")
WAKE = (*CELERY, "call", "residents.tasks.work_people_imports")
KILLED_AT = (2, 9, 15)  # pieces that are in when the worker dies, of 24


class Drill:
    """The city, its servers, and workers to be killed."""

    def __init__(self, services: Services, folder: Path, stack: ExitStack) -> None:
        self.services = services
        self.folder = folder
        self.environment = django_environment(services, folder, "test")
        self.children: list[Child] = []
        stack.callback(lambda: stop_all(self.children))
        run_step(
            [sys.executable, "-m", "tests.faults.load_people", str(folder)],
            self.environment,
            folder / "load.log",
        )

    def start_worker(self, number: int) -> Child:
        child = Child(
            f"worker-{number}", list(WORKER), self.environment, self.folder / f"worker-{number}.log"
        )
        child.start()
        self.children.append(child)
        run_step(list(WAKE), self.environment, self.folder / "wake.log")
        return child

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.services.database_url) as connection:
            return connection.execute(query).fetchall()

    def one(self, query: str) -> Any:
        return self.rows(query)[0][0]

    def logs(self) -> str:
        return "\n".join(f"--- {child.name}\n{tail(child.log, 30)}" for child in self.children)


@pytest.fixture
def drill(own_servers: Services, own_data_dir: Path) -> Iterator[Drill]:
    with ExitStack() as stack:
        yield Drill(own_servers, own_data_dir, stack)


@pytest.mark.faults
def test_no_row_is_lost_or_doubled_whatever_dies(drill: Drill) -> None:
    done = "SELECT next_chunk FROM residents_peopleimport"
    for number, pieces in enumerate(KILLED_AT):
        worker = drill.start_worker(number)
        assert wait_until(lambda wanted=pieces: drill.one(done) >= wanted, PATIENCE, pause=0.02), drill.logs()
        worker.signal_group(signal.SIGKILL)
        assert drill.one("SELECT state FROM residents_peopleimport") == "running", "it was over too soon"
        _assert_whole_pieces(drill)
    drill.start_worker(len(KILLED_AT))
    over = "SELECT count(*) FROM residents_peopleimport WHERE state = 'finished'"
    assert wait_until(lambda: drill.one(over) == 1, PATIENCE, pause=0.2), drill.logs()
    _assert_every_row_once(drill)


def _assert_whole_pieces(drill: Drill) -> None:
    """What is in belongs to pieces that are in: nothing of a broken one was kept."""
    added, refused, pieces, people, bad = drill.rows(
        "SELECT added, refused, next_chunk, (SELECT count(*) FROM residents_person),"
        " (SELECT count(*) FROM residents_refusedrow) FROM residents_peopleimport"
    )[0]
    assert (added, refused) == (people, bad)
    assert added + refused == pieces * CHUNK_ROWS


def _assert_every_row_once(drill: Drill) -> None:
    bad = json.loads((drill.folder / "bad.json").read_text())
    assert [line for (line,) in drill.rows("SELECT line FROM residents_refusedrow ORDER BY 1")] == bad
    people = ROWS - len(bad)
    assert drill.rows(
        "SELECT count(*), count(DISTINCT document_mark), count(DISTINCT id) FROM residents_person"
    ) == [(people, people, people)]
    assert drill.rows(
        "SELECT count(*), count(DISTINCT person_id) FROM residents_residentevent WHERE verb = 'imported'"
    ) == [(people, people)]
    assert drill.one("SELECT count(*) - count(DISTINCT register_number) FROM residents_household") == 0
    assert drill.one("SELECT count(*) FROM residents_importchunk WHERE sealed <> ''") == 0
    lonely = "SELECT count(*) FROM residents_household h WHERE NOT EXISTS"
    assert drill.one(f"{lonely} (SELECT 1 FROM residents_person p WHERE p.household_id = h.id)") == 0
