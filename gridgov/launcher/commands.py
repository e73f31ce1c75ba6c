"""`./run manage`, `./run test` and `./run bench`: one command in the foreground on the embedded servers."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from gridgov.launcher.environment import django_environment
from gridgov.launcher.places import PROJECT
from gridgov.launcher.services import DATA_DIR, embedded_services

OWN_PARALLELISM = (
    "-n",
    "--numprocesses",
    "--pdb",
    "--trace",
    "--collect-only",
    "--co",
    "-h",
    "--help",
    "--version",
)


def manage(arguments: list[str]) -> int:
    """Run Django's command line on the demo's servers, which a running demo keeps afterwards."""
    with embedded_services(DATA_DIR) as services:
        # With a database of the caller's own, his environment decides everything.
        environment = (
            django_environment(services, DATA_DIR, "demo") if services.postgres else dict(os.environ)
        )
        return foreground([sys.executable, "manage.py", *arguments], environment)


def bench(arguments: list[str]) -> int:
    """Run the benchmarks on durable servers of their own, so that numbers mean something."""
    data_dir = DATA_DIR / "bench"
    with embedded_services(data_dir) as services:
        environment = django_environment(services, data_dir, "test")
        return foreground([sys.executable, "-m", "tests.benchmarks", *arguments], environment)


def test(arguments: list[str]) -> int:
    """Run pytest, two processes wide unless told otherwise; tests/conftest.py starts the servers."""
    chosen = any(argument.startswith(OWN_PARALLELISM) for argument in arguments)
    wide = [] if chosen else ["-n", "2", "--dist", "worksteal"]
    if shutil.which("chromium") is None:
        print("Chromium is missing; the browser tests need it.\n  Cure: apt-get install chromium", flush=True)
    # With the settings module named, pytest-django reads the settings before the servers have started.
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    return foreground(
        [sys.executable, "-m", "pytest", *wide, *arguments], environment | {"GRIDGOV_ENV": "test"}
    )


def foreground(command: list[str], environment: Mapping[str, str], folder: Path = PROJECT) -> int:
    """Run a command that owns the terminal; Ctrl-C is the command's to handle, not ours."""
    process = subprocess.Popen(command, cwd=folder, env=dict(environment))
    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, signal.SIG_IGN),
        signal.SIGTERM: signal.signal(signal.SIGTERM, lambda sign, frame: process.send_signal(sign)),
    }
    try:
        code = process.wait()
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)
    return code if code >= 0 else 128 - code
