"""Servers for test runs: fast, apart from the demo's, and one set per simultaneous run of this checkout."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gridgov.launcher.errors import LauncherError
from gridgov.launcher.services import DATA_DIR, Services, embedded_services

SIMULTANEOUS_RUNS = 8


@contextmanager
def services_for_tests(base: Path = DATA_DIR) -> Iterator[Services]:
    """Start servers in the first test folder that no other run holds; raises LauncherError."""
    for number in range(1, SIMULTANEOUS_RUNS + 1):
        folder = base / ("test" if number == 1 else f"test-{number}")
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "run.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            with embedded_services(folder, durable=False) as services:
                yield services
            return
    raise LauncherError(f"{SIMULTANEOUS_RUNS} test runs hold {base} already.", "wait for one of them.")


def redis_of_worker(services: Services, worker: int) -> dict[str, str]:
    """Return the Redis addresses of one parallel test process, on two databases no other uses."""
    if services.redis is None:
        return {}
    queue = 2 * (worker + 1)
    return {
        "REDIS_URL": services.redis_url.replace("db=1", f"db={queue + 1}"),
        "CELERY_BROKER_URL": services.celery_url.replace("virtual_host=0", f"virtual_host={queue}"),
    }
