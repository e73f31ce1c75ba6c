"""`./run demo`: a whole city on this machine, until Ctrl-C."""

import argparse
import fcntl
import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from gridgov.launcher.children import Child, revive, run_step, stop_all
from gridgov.launcher.environment import django_environment
from gridgov.launcher.errors import LauncherError
from gridgov.launcher.processes import tail
from gridgov.launcher.server import Server
from gridgov.launcher.services import DATA_DIR, embedded_services, remove_data

HOST = "127.0.0.1"
READY_SECONDS = 120
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ended(BaseException):
    """The person in front of the terminal wants to stop."""


def demo(arguments: list[str]) -> int:
    """Run the demo until it is ended; return 0 after a clean end."""
    options = _options(arguments)
    for sign in ENDINGS:
        signal.signal(sign, _end)
    try:
        with _only_demo(DATA_DIR):
            _run(options)
    except Ended:
        with suppress(OSError):  # the terminal may have been closed
            _say("Ended. Data is kept; ./run demo continues, ./run demo --fresh starts anew.")
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run demo")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--city", default="350921", help="division code of the city (350921 is Xiapu)")
    parser.add_argument("--fresh", action="store_true", help="forget all data first")
    return parser.parse_args(arguments)


def _end(sign: int, frame: FrameType | None) -> None:
    for other in ENDINGS:
        signal.signal(other, signal.SIG_IGN)  # a second Ctrl-C must not interrupt the tidying up
    raise Ended


def _run(options: argparse.Namespace) -> None:
    began = time.monotonic()
    _require_free(options.port)
    if options.fresh:
        remove_data(DATA_DIR)
    _say("Starting PostgreSQL and Redis …")
    with embedded_services(DATA_DIR) as services:
        environment = django_environment(services, DATA_DIR, "demo")
        environment.setdefault("ALLOWED_HOSTS", f"{HOST},localhost")
        _prepare(options, environment)
        children = _children(options.port, environment)
        try:
            for child in children:
                child.start()
            _wait_ready(options.port, children)
            _say(f"Ready after {time.monotonic() - began:.0f} s: http://{HOST}:{options.port}/\n")
            run_step(_manage("demo_guide", "--port", str(options.port)), environment)
            _say(f"\nLogs: {DATA_DIR / 'logs'}   End: Ctrl-C")
            _supervise(children, services.servers())
        finally:
            stop_all(children)


def _prepare(options: argparse.Namespace, environment: dict[str, str]) -> None:
    (DATA_DIR / "logs").mkdir(parents=True, exist_ok=True)
    _say("Bringing the database up to date …")
    run_step(_manage("migrate", "--no-input", "-v", "0"), environment)
    _say(f"Loading the city {options.city} …")
    fresh = ["--fresh"] if options.fresh else []
    run_step(_manage("load_demo", "--city", options.city, *fresh), environment)


def _manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def _children(port: int, environment: dict[str, str]) -> list[Child]:
    logs = DATA_DIR / "logs"
    celery = [sys.executable, "-m", "celery", "-A", "gridgov"]
    beat_state = ["-s", str(DATA_DIR / "beat-schedule"), "--pidfile", ""]
    commands = {
        "web": [
            *(sys.executable, "-m", "gunicorn", "gridgov.wsgi:application", "--worker-class", "gthread"),
            *("--workers", "2", "--threads", "8", "--bind", f"{HOST}:{port}", "--graceful-timeout", "3"),
            *("--worker-tmp-dir", str(DATA_DIR)),
        ],
        "worker": [
            *celery,
            "worker",
            "-c",
            "2",
            "--loglevel",
            "info",
            "--without-gossip",
            "--without-mingle",
        ],
        "beat": [*celery, "beat", "--loglevel", "info", *beat_state],
    }
    return [Child(name, command, environment, logs / f"{name}.log") for name, command in commands.items()]


def _wait_ready(port: int, children: list[Child]) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        if _answers(port):
            return
        for child in children:
            if not child.is_running():
                revive(child)
        time.sleep(0.2)
    web = children[0]
    raise LauncherError(
        f"The web server is not ready after {READY_SECONDS} s. {web.log} ends:\n{tail(web.log)}"
    )


def _answers(port: int) -> bool:
    line = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        line.request("GET", "/readyz")
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def _supervise(children: list[Child], servers: list[Server]) -> None:
    while True:
        time.sleep(0.5)
        for server in servers:
            if server.pid() is None:
                server.start()
                _say(f"\n{server.name} had ended by itself and was started again; its log is {server.log}.")
        for child in children:
            if not child.is_running():
                revive(child)


def _require_free(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise LauncherError(
                f"Port {port} cannot be used: {getattr(error, 'strerror', None) or error}.",
                f"choose another, for example ./run demo --port {8000 if port != 8000 else 8001}",
            ) from error


@contextmanager
def _only_demo(data_dir: Path) -> Iterator[None]:
    """Let one demo run per data folder."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "demo.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise LauncherError(
                f"A demo of this folder runs already (process {lock.read().strip()}).",
                "end it with Ctrl-C there.",
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        try:
            yield
        finally:
            with suppress(OSError):
                lock.truncate(0)


def _say(text: str) -> None:
    print(text, flush=True)
