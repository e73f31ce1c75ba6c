"""Typed readers of the environment that fail loudly; settings.py is their only caller."""

import os
from pathlib import Path
from typing import Literal

import environ
from django.core.exceptions import ImproperlyConfigured

Mode = Literal["production", "demo", "test"]
env = environ.Env()


def read_mode() -> Mode:
    """Return how the process runs; production unless said otherwise, so forgetting it is safe."""
    mode = os.environ.get("GRIDGOV_ENV", "production")
    match mode:
        case "production" | "demo" | "test":
            return mode
    raise ImproperlyConfigured(f"GRIDGOV_ENV is {mode!r}; set it to production, demo or test.")


def require(name: str, mode: Mode, development_default: str) -> str:
    """Return the variable; outside production fall back to the given default."""
    value = os.environ.get(name, "")
    if value:
        return value
    if mode == "production":
        raise ImproperlyConfigured(f"{name} is not set; production does not start without it.")
    return development_default


def directory(name: str, default: Path) -> Path:
    """Return a directory from the environment, absolute."""
    return Path(os.environ.get(name) or default).resolve()
