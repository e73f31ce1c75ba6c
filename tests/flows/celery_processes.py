"""A real worker and a real beat on the test's own database, all of them on one movable clock."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.db import connection
from django.utils import timezone

from gridgov.launcher.children import Child, stop_all

CELERY = (sys.executable, "-m", "celery", "-A", "gridgov")


class MovableClock:
    """Moves `core.clock` of this process and of the Celery processes together, through one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.path.write_text("0")

    def move_to(self, moment: datetime) -> None:
        """Let it be the moment now, and time run on from there."""
        waiting = self.path.with_suffix(".new")
        waiting.write_text(str((moment - timezone.now()).total_seconds()))
        waiting.replace(self.path)


@contextmanager
def worker_and_beat(folder: Path, clock: MovableClock) -> Iterator[None]:
    """Run one worker and one beat that sweeps every second, until the block ends."""
    environment = dict(os.environ) | {
        "DATABASE_URL": url_of_test_database(),
        "CLOCK_OFFSET_FILE": str(clock.path),
        "SWEEP_EVERY_SECONDS": "1",
    }
    commands = {
        "worker": [*CELERY, "worker", "-c", "1", "--without-gossip", "--without-mingle"],
        "beat": [*CELERY, "beat", "-s", str(folder / "schedule"), "--pidfile", ""],
    }
    children = [Child(name, args, environment, folder / f"{name}.log") for name, args in commands.items()]
    try:
        for child in children:
            child.start()
        yield
    finally:
        stop_all(children)


def url_of_test_database() -> str:
    """Return the address under which other processes reach the database of this test."""
    name = str(connection.settings_dict["NAME"])
    address, mark, options = os.environ["DATABASE_URL"].partition("?")
    return f"{address.rpartition('/')[0]}/{name}{mark}{options}"
