"""django-helpdesk beside GridGov on the same server: 100,000 cases each, the same words, the same machine.

It is installed from the package index into an environment of its own below DATA_DIR; nothing of this project
imports it.
"""

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.urls import reverse

from core import clock
from organizations.choices import Role
from tests.benchmarks import filing, sweep
from tests.benchmarks.city import NOW, Size
from tests.benchmarks.databases import copy_of, drop, empty, template_of
from tests.benchmarks.measure import BACKEND, Measured, get, median_ms

PACKAGE = "django-helpdesk==2.6.1"
DRIVER, PROJECT = "tests.benchmarks.helpdesk_driver", Path(__file__).resolve().parents[2]
CASES, OPEN = 100_000, 5_000
QUESTION = "塌陷"
ROUNDS = 30
HIGHER_IS_BETTER = {"create": "created/s", "escalation": "escalated/s"}
NAMES = ("list", "search", "dashboard", "create", "escalation")


class PeersError(Exception):
    """The other system could not be installed or run; the message says what to do."""


def measure(scale: float, *, cases: int = CASES, still_open: int = OPEN) -> list[Measured]:
    """Measure both; `limit` is the other system, and `ratio` above 1 says how many times faster ours is."""
    python = _environment(Path(settings.DATA_DIR) / "peers")
    theirs = _theirs(python, cases, still_open)
    ours = _ours(template_of(Size(scale, cases, still_open)))
    return [_compared(name, ours[name], theirs) for name in NAMES]


def _compared(name: str, ours: float, theirs: dict[str, Any]) -> Measured:
    faster = name in HIGHER_IS_BETTER
    return Measured(
        name=f"peers: {name}",
        unit=HIGHER_IS_BETTER.get(name, "ms"),
        ours=ours,
        limit=theirs[name],
        times=round(ours / theirs[name] if faster else theirs[name] / ours, 1),
        detail=f"django-helpdesk {theirs['version']}",
    )


def _environment(folder: Path) -> str:
    """Return the Python of an environment that has the package, made now if it is not there."""
    python, stamp = folder / "bin" / "python", folder / "installed"
    if stamp.exists() and stamp.read_text() == PACKAGE:
        return str(python)
    wanted = [PACKAGE, f"psycopg[binary]=={version('psycopg')}", f"django=={version('django')}"]
    _run([sys.executable, "-m", "venv", "--clear", str(folder)], "The environment could not be made.")
    _run(
        [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *wanted],
        f"{PACKAGE} could not be installed: a connection to the package index is needed once.",
    )
    stamp.write_text(PACKAGE)
    return str(python)


def _theirs(python: str, cases: int, still_open: int) -> dict[str, Any]:
    name = "bench_helpdesk"
    empty(name)
    try:
        known = connection.get_connection_params()
        given = [
            argument
            for key in ("host", "port", "user", "password")
            if known.get(key)
            for argument in (f"--{key}", str(known[key]))
        ]
        counts = ["--tickets", str(cases), "--open", str(still_open), "--question", QUESTION]
        done = _run(
            [python, "-m", DRIVER, "--dbname", name, *given, *counts],
            "django-helpdesk could not be measured.",
        )
        found: dict[str, Any] = json.loads(done.splitlines()[-1])
        return found
    finally:
        drop(name)


def _ours(template: str) -> dict[str, float]:
    people = get_user_model().objects
    with copy_of(template), clock.frozen_at(NOW):
        office = people.filter(memberships__role=Role.CITY_GRID_OFFICE).order_by("pk").first()
        client = Client()
        client.force_login(office, backend=BACKEND)
        board = reverse("board")
        found = {
            "list": median_ms(lambda: get(client, board), rounds=ROUNDS),
            "search": median_ms(lambda: get(client, f"{board}?q={QUESTION}"), rounds=ROUNDS),
            "dashboard": median_ms(lambda: get(client, reverse("screen")), rounds=ROUNDS),
            "create": filing.over_http(),
        }
    found["escalation"] = sweep.rate_of(template)
    return found


def _run(command: list[str], trouble: str) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DJANGO_")}
    done = subprocess.run(command, env=environment, cwd=PROJECT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PeersError(f"{trouble}\n{done.stderr.strip()[-1500:]}")
    return done.stdout
