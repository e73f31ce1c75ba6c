"""What PostgreSQL and Redis have in common as processes: started once, joined later, stopped by signal."""

import os
import signal
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

from gridgov.launcher.errors import LauncherError
from gridgov.launcher.places import Identity
from gridgov.launcher.processes import send, tail, wait_until, works_in


class Server(ABC):
    """One server over one data folder. Not thread-safe; several processes share it through its id file."""

    name: str
    stop_signals: Sequence[signal.Signals]

    def __init__(self, place: Path, sockets: Path, identity: Identity | None = None) -> None:
        self.place = place
        self.sockets = sockets
        self.identity = identity
        self._child: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def id_file(self) -> Path:
        """The file whose first line is the process id."""

    @property
    @abstractmethod
    def url(self) -> str:
        """The address for Django."""

    @abstractmethod
    def command(self) -> list[str]:
        """Return the command line."""

    @abstractmethod
    def prepare(self) -> None:
        """Make the data folder ready and clear what a killed server left behind."""

    @abstractmethod
    def answers(self) -> bool:
        """Tell whether it takes connections now."""

    @property
    def log(self) -> Path:
        """The server's own log."""
        return self.place.parent / "logs" / f"{self.name}.log"

    def pid(self) -> int | None:
        """Return the id of the running server, whoever started it."""
        if self._child is not None:
            self._child.poll()  # reap, so that a killed child does not linger as a zombie
        try:
            pid = int(self.id_file.read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return None
        return pid if works_in(pid, self.place) else None

    def start(self, seconds: float = 60) -> None:
        """Start the server or join a running one; return when it answers.

        Raises LauncherError with the log's last lines when it ends or stays silent.
        """
        if self.pid() is None:
            self.prepare()
            self._spawn()
        if not wait_until(lambda: self.answers() or self._ended(), seconds) or not self.answers():
            raise LauncherError(f"{self.name} does not start. Its log {self.log} ends:\n{tail(self.log)}")

    def stop(self, seconds: float = 8) -> None:
        """Stop the server, first politely; nothing happens when it does not run."""
        for sign in (*self.stop_signals, signal.SIGKILL):
            pid = self.pid()
            if pid is None:
                return
            send(pid, sign)
            if wait_until(lambda: self.pid() is None, seconds / len(self.stop_signals)):
                return

    def kill9(self) -> None:
        """Kill the server the hard way, as a power cut would."""
        pid = self.pid()
        if pid is not None:
            send(pid, signal.SIGKILL)
            wait_until(lambda: self.pid() is None, 10)

    def restart(self) -> None:
        """Stop and start again over the same data."""
        self.stop()
        self.start()

    def _spawn(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.place,
                start_new_session=True,  # Ctrl-C in the terminal must not reach it
                **account(self.identity),
            )

    def _ended(self) -> bool:
        return self._child is not None and self._child.poll() is not None


class Account(TypedDict, total=False):
    """Arguments of subprocess that choose the account."""

    user: int
    group: int
    extra_groups: list[int]


def account(identity: Identity | None) -> Account:
    """Return the arguments with which subprocess drops to the account, none where we keep our own."""
    if identity is None or os.geteuid() != 0:
        return {}
    return {"user": identity.uid, "group": identity.gid, "extra_groups": []}
