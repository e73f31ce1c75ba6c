"""The servers of one data folder as a context: start or join, and let the last user stop them."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from gridgov.launcher.errors import LauncherError
from gridgov.launcher.places import PROJECT, SHARED_PLACE, cluster_place, socket_folder
from gridgov.launcher.postgres import PostgresServer
from gridgov.launcher.redis_server import RedisServer
from gridgov.launcher.server import Server

DATA_DIR = PROJECT / ".data"


@dataclass(frozen=True)
class Services:
    """Addresses of the database and Redis, and the servers that are ours (None where one was given)."""

    database_url: str
    redis_url: str
    celery_url: str
    postgres: PostgresServer | None = None
    redis: RedisServer | None = None

    def environment(self) -> dict[str, str]:
        """Return the variables Django's settings read."""
        return {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "CELERY_BROKER_URL": self.celery_url,
        }

    def servers(self) -> list[Server]:
        """Return the servers that are ours."""
        return [server for server in (self.postgres, self.redis) if server is not None]


def celery_form(redis_url: str) -> str:
    """Return a Redis address as Celery spells it; a socket's queue uses database 0, the cache another."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    return f"redis+socket://{parts.path}?virtual_host=0"


@contextmanager
def embedded_services(data_dir: Path = DATA_DIR, *, durable: bool = True) -> Iterator[Services]:
    """Start what DATABASE_URL and REDIS_URL leave open, or join servers that already run there.

    Every user of the folder holds a shared lock on it; whoever leaves last stops the servers. `durable=False`
    trades crash safety for speed. Raises LauncherError.
    """
    data_dir = data_dir.resolve()
    services = _describe(data_dir, durable)
    if not services.servers():
        yield services
        return
    _make(data_dir)
    with (data_dir / "users.lock").open("a") as users:
        try:
            with exclusive(data_dir / "start.lock"):
                fcntl.flock(users, fcntl.LOCK_SH)
                for server in services.servers():
                    server.start()
            yield services
        finally:
            with exclusive(data_dir / "start.lock"):
                _leave(users, services)


def remove_data(data_dir: Path) -> None:
    """Forget what the embedded servers and uploads hold; raises LauncherError while somebody uses it."""
    data_dir = data_dir.resolve()
    _make(data_dir)
    with exclusive(data_dir / "start.lock"), (data_dir / "users.lock").open("a") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LauncherError(f"{data_dir} is in use by another command.", "end that one first.") from error
        for server in (PostgresServer(data_dir), RedisServer(data_dir)):
            server.stop()
        cluster = cluster_place(data_dir)
        shared = cluster.parent if cluster.is_relative_to(SHARED_PLACE) else cluster
        for folder in (shared, socket_folder(data_dir), data_dir / "redis", data_dir / "media"):
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold a lock file; waits for whoever holds it."""
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _describe(data_dir: Path, durable: bool) -> Services:
    postgres = None if os.environ.get("DATABASE_URL") else PostgresServer(data_dir, durable=durable)
    redis = None if os.environ.get("REDIS_URL") else RedisServer(data_dir)
    redis_url = redis.url if redis else os.environ["REDIS_URL"]
    given_broker = "" if redis else os.environ.get("CELERY_BROKER_URL", "")
    return Services(
        database_url=postgres.url if postgres else os.environ["DATABASE_URL"],
        redis_url=redis_url,
        celery_url=given_broker or celery_form(redis_url),
        postgres=postgres,
        redis=redis,
    )


def _make(data_dir: Path) -> None:
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        (data_dir / "start.lock").open("a").close()
    except OSError as error:
        raise LauncherError(
            f"{data_dir} cannot be written ({error.strerror}).",
            "run as the owner of this folder, or copy the project to a folder of your own.",
        ) from error


def _leave(users: IO[str], services: Services) -> None:
    with suppress(BlockingIOError):  # somebody else still uses them
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for server in reversed(services.servers()):
            server.stop()
