"""Child processes of the demo: kept in their own sessions, logged to files, restarted when they die."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gridgov.launcher.errors import LauncherError
from gridgov.launcher.places import PROJECT
from gridgov.launcher.processes import die_with_parent, tail, wait_until

GRACE_SECONDS = 5
RESTARTS = 3
RESTART_WINDOW_SECONDS = 60


@dataclass
class Child:
    """One long-running process."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start the process in a session of its own, so that Ctrl-C reaches the launcher only."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=PROJECT,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )

    def is_running(self) -> bool:
        """Tell whether the process runs."""
        return self.process is not None and self.process.poll() is None

    def signal_group(self, sign: signal.Signals) -> None:
        """Send a signal to the process and all it started."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, sign)
            except ProcessLookupError:
                return


def stop_all(children: list[Child]) -> None:
    """End every child: ask, wait some seconds for all together, then kill the groups."""
    for child in reversed(children):
        if child.is_running() and child.process is not None:
            child.process.terminate()
    wait_until(lambda: not any(child.is_running() for child in children), GRACE_SECONDS, pause=0.05)
    for child in children:
        child.signal_group(signal.SIGKILL)
        if child.process is not None:
            child.process.wait()


def revive(child: Child) -> None:
    """Start a dead child again and say so; raises LauncherError when it keeps dying."""
    code = child.process.returncode if child.process else None
    print(
        f"\n{child.name} ended by itself (exit {code}). Its log {child.log} ends:\n{tail(child.log)}",
        flush=True,
    )
    now = time.monotonic()
    child.deaths = [death for death in child.deaths if now - death < RESTART_WINDOW_SECONDS] + [now]
    if len(child.deaths) > RESTARTS:
        raise LauncherError(f"{child.name} ended {len(child.deaths)} times within a minute; giving up.")
    child.signal_group(signal.SIGKILL)  # what it left running would hold the port
    child.start()
    print(f"{child.name} was started again.", flush=True)


def run_step(command: list[str], environment: Mapping[str, str], log: Path | None = None) -> None:
    """Run a command to its end; an interruption ends it too. Raises LauncherError when it fails."""
    log_file = log.open("ab") if log else None
    process = subprocess.Popen(
        command,
        cwd=PROJECT,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=log_file,
        stderr=log_file,
        start_new_session=True,
        preexec_fn=die_with_parent,
    )
    try:
        code = process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
        if log_file:
            log_file.close()
    if code:
        details = f" Its log {log} ends:\n{tail(log)}" if log else ""
        raise LauncherError(f"{' '.join(command[1:4])} failed (exit {code}).{details}")
