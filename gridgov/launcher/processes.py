"""Questions to the operating system about processes, by id and working folder."""

import ctypes
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

PROC = Path("/proc")
PR_SET_PDEATHSIG = 1


def is_alive(pid: int) -> bool:
    """Tell whether the process runs; a zombie does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        status = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return not PROC.joinpath("self").exists()
    return status.rpartition(")")[2].split()[0] not in {"Z", "X"}


def works_in(pid: int, folder: Path) -> bool:
    """Tell whether the process lives and works in the folder: a reused id is not mistaken for ours."""
    if not is_alive(pid):
        return False
    try:
        return Path.readlink(PROC / str(pid) / "cwd") == folder.resolve()
    except OSError:
        return True  # no /proc, or another account's process: believe the id


def all_working_in(folder: Path) -> list[int]:
    """Return the ids of every process that works in the folder; empty where there is no /proc."""
    if not PROC.is_dir():
        return []
    target = folder.resolve()
    found = []
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                here = Path.readlink(entry / "cwd") == target
            except OSError:
                continue
            if here and is_alive(int(entry.name)):
                found.append(int(entry.name))
    return found


def wait_until(condition: Callable[[], bool], seconds: float, pause: float = 0.02) -> bool:
    """Wait until the condition holds; return whether it did in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= end:
            return False
        time.sleep(pause)
    return True


def send(pid: int, sign: signal.Signals) -> None:
    """Send a signal; a process that is gone already is fine."""
    try:
        os.kill(pid, sign)
    except ProcessLookupError:
        return


def die_with_parent() -> None:
    """Ask Linux to end this process when its parent is killed; elsewhere do nothing.

    Runs in the child between fork and exec.
    """
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def tail(path: Path, lines: int = 15) -> str:
    """Return the last lines of a log, or nothing where there is none."""
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
