"""Everything dies, in any order and at any moment: nothing is lost, and nothing happens twice.

Real workers, beats, web server, PostgreSQL and Redis. `CLOCKS` says how many clocks are due and `SEED` which
blows fall when; the usual run is short, the full one is

    CLOCKS=20000 SEED=1 ./run test tests/faults -n 0 -q -s

and prints what it did as JSON.
"""

import json
import logging
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from gridgov.launcher.services import Services
from tests.faults.blows import EVERY_BLOW, USUAL, Blow, deliver_again, strike
from tests.faults.checks import checks_of, problems_of_filed
from tests.faults.drill import PATIENCE, TASKS, Drill
from tests.faults.people import Book, Person

USUAL_CLOCKS = 400
CLOCKS = int(os.environ.get("CLOCKS", USUAL_CLOCKS))
SEED = int(os.environ.get("SEED", "7"))
FULL = CLOCKS > USUAL_CLOCKS
# The usual run is short: five blows. In the full one every kind falls twice, with time to go on between them.
BLOWS = EVERY_BLOW * 2 if FULL else USUAL
UPON_THE_JUMP = 6 if FULL else 1
LONGEST_BREATH = 5.0 if FULL else 0.2
JUMP_DAYS = 3


@pytest.fixture
def drill(own_servers: Services, own_data_dir: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Drill]:
    caplog.set_level(logging.WARNING, logger="django_structlog")  # else every message sent is told of
    with ExitStack() as stack:
        yield Drill(own_servers, own_data_dir, stack, clocks=CLOCKS, seed=SEED)


@pytest.mark.faults
def test_nothing_is_lost_and_nothing_happens_twice_whatever_dies(drill: Drill) -> None:
    drill.remember()
    drill.start_processes()
    report: dict[str, Any] = {"seed": SEED, "incidents": CLOCKS}
    with people_at_work(drill) as books:
        report["limits that ran out one after another"] = _waves(drill)
        report["a jump of three days"] = _jump(drill, blows(drill)[:UPON_THE_JUMP])
        if FULL:
            report["three days more, undisturbed"] = _jump(drill, [])
        drill.wait_for(lambda: all(book.moved for book in books))
    _wait_until_settled(drill)
    report |= {"blows": dict(sorted(drill.counted.items())), "people": _people(books)}
    found, filed = checks_of(drill, books), problems_of_filed(drill)
    report |= {"rows": _rows(drill), "incidents filed meanwhile": filed["asked"], "checks": found}
    sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    assert not {name: many for name, many in found.items() if many}
    assert filed["problems"] == []
    assert drill.counted["blows in mid-sweep"] > 0


def blows(drill: Drill) -> list[Blow]:
    """Return every blow that is to fall, in an order of the drill's own."""
    return drill.rng.sample(BLOWS, len(BLOWS))


@contextmanager
def people_at_work(drill: Drill) -> Iterator[list[Book]]:
    """Let people report and work over HTTP until the block ends; give their books."""
    staff = [
        Person(drill.port, who, drill.people["categories"], drill.rng.getrandbits(32))
        for who in drill.people["people"]
    ]
    with ThreadPoolExecutor(len(staff)) as pool:
        working = [pool.submit(person.work) for person in staff]
        try:
            books = [person.book for person in staff]
            drill.wait_for(lambda: all(book.filed for book in books))
            yield books
        finally:
            for person in staff:
                person.done.set()
        for each in working:
            each.result(PATIENCE)


def _waves(drill: Drill) -> dict[str, Any]:
    """Let limits run out part by part, with a blow upon each, and breath to go on between them."""
    began, falling = time.monotonic(), blows(drill)
    for part, blow in enumerate(falling):
        drill.make_due(part, len(falling))
        strike(drill, blow)
        until = time.monotonic() + drill.rng.random() * LONGEST_BREATH
        drill.wait_for(lambda until=until: time.monotonic() >= until)
    last = time.monotonic()
    _wait_until_caught_up(drill)
    now = time.monotonic()
    return {
        "due": CLOCKS,
        "seconds": round(now - began, 1),
        "seconds after the last blow": round(now - last, 1),
    }


def _jump(drill: Drill, falling: list[Blow]) -> dict[str, Any]:
    """Let three days pass in one moment, with blows upon those who catch up."""
    steps = drill.steps()
    due, began = drill.jump(JUMP_DAYS), time.monotonic()
    deliver_again(drill)
    for blow in falling:
        strike(drill, blow)
    _wait_until_caught_up(drill)
    seconds = time.monotonic() - began
    return {
        "due": due,
        "steps": drill.steps() - steps,
        "seconds to catch up": round(seconds, 1),
        "clocks/s": round(due / seconds),
    }


def _wait_until_caught_up(drill: Drill) -> None:
    drill.wait_for(lambda: drill.due() == 0)


def _wait_until_settled(drill: Drill) -> None:
    """Wait for what other tasks do, waking them as those who ask for it do."""

    def settled() -> bool:
        drill.ask_for(*TASKS)
        return drill.settled()

    drill.wait_for(settled, pause=1)


def _rows(drill: Drill) -> dict[str, int]:
    return {
        name: drill.one(f"SELECT count(*) FROM {table}")
        for name, table in (
            ("steps", "incidents_clockstep"),
            ("events", "incidents_incidentevent"),
            ("messages", "core_notification"),
            ("rows imported", "incidents_importrow"),
            ("late tasks", "incidents_sessiontask"),
        )
    }


def _people(books: list[Book]) -> dict[str, int]:
    moves = [move for book in books for move in book.moved.values()]
    return {
        "reports": sum(len(book.filed) for book in books),
        "reports sent again on purpose": sum(book.repeated for book in books),
        "moves": len(moves),
        "moves done": sum(move.status == 200 for move in moves),
        "requests without an answer": sum(book.lost for book in books),
    }
