"""`./run check`: every check the project must pass, one line each; any that fails fails the whole."""

import base64
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field

from gridgov.launcher.errors import LauncherError
from gridgov.launcher.places import PROJECT

SIDE_BY_SIDE = 2
# Not the installed script: its first line names a folder that may have moved.
LINT_IMPORTS = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
OWN_CHECKS = ("size", "cycles", "tree", "unfinished", "portable", "templates", "translations", "compose")


@dataclass(frozen=True)
class Check:
    """A command that passes when it exits 0."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """How a check ended."""

    check: Check
    passed: bool
    output: str
    seconds: float


def all_checks() -> list[Check]:
    """Return the checks, the slowest first, so that the others fill the time beside them."""
    return [
        Check("mypy", _module("mypy")),
        Check("template-lint", _module("djlint", "templates", "--lint", "--quiet")),
        Check("deploy", _manage("check", "--deploy", "--fail-level", "WARNING"), production_environment()),
        Check("migrations", _manage("makemigrations", "--check", "--dry-run"), _offline("test")),
        Check("ruff", _module("ruff", "check", ".")),
        Check("format", _module("ruff", "format", "--check", ".")),
        Check("layers", (sys.executable, "-c", LINT_IMPORTS)),
        *(Check(name, _module("tests.architecture.checkers", name)) for name in OWN_CHECKS),
    ]


def check(names: list[str]) -> int:
    """Run the named checks, or all; return 1 if any fails."""
    known = {one.name: one for one in all_checks()}
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise LauncherError(f"Unknown checks: {', '.join(unknown)}.", f"choose from {', '.join(known)}")
    chosen = [known[name] for name in names] or list(known.values())
    failed = []
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        for future in as_completed([pool.submit(_run, one) for one in chosen]):
            outcome = future.result()
            _report(outcome)
            if not outcome.passed:
                failed.append(outcome.check.name)
    print(
        f"{len(failed)} of {len(chosen)} checks FAIL: {', '.join(failed)}"
        if failed
        else f"{len(chosen)} checks ok"
    )
    return 1 if failed else 0


def production_environment() -> dict[str, str]:
    """Return made-up but well-formed production settings; nothing is connected to."""
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    return _offline("production") | {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "FIELD_KEYS": f"k1:{key}",
        "INDEX_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "grid.example.gov.cn",
        "CSRF_TRUSTED_ORIGINS": "https://grid.example.gov.cn",
    }


def _offline(mode: str) -> dict[str, str]:
    return {
        "GRIDGOV_ENV": mode,
        "DATABASE_URL": "postgresql://gridgov@127.0.0.1:9/gridgov",
        "REDIS_URL": "redis://127.0.0.1:9/1",
        "CELERY_BROKER_URL": "redis://127.0.0.1:9/0",
    }


def _module(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", *arguments)


def _manage(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-W", "ignore::RuntimeWarning", "manage.py", *arguments)


def _run(one: Check) -> Outcome:
    began = time.monotonic()
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "gridgov.settings", "GRIDGOV_ENV": "test"}
    done = subprocess.run(
        one.command,
        cwd=PROJECT,
        env=environment | dict(one.environment),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return Outcome(one, done.returncode == 0, done.stdout + done.stderr, time.monotonic() - began)


def _report(outcome: Outcome) -> None:
    print(
        f"{'ok' if outcome.passed else 'FAIL':4} {outcome.check.name} ({outcome.seconds:.1f} s)", flush=True
    )
    if not outcome.passed:
        print("     " + outcome.output.strip().replace("\n", "\n     "), flush=True)
