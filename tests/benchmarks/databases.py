"""Databases for measuring: one template per scale, made once and kept; a fresh copy for every measurement."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from tests.benchmarks import city, copying, words

_PROJECT = Path(__file__).resolve().parents[2]


def template_for(scale: float) -> str:
    """Return the name of the template database of a scale, filled now if it is not there yet."""
    return template_of(city.Size(scale))


def template_of(size: city.Size) -> str:
    """Return the name of the template database of a size, filled now if it is not there yet."""
    counts = "" if size.all_incidents is None else f"_{size.incidents}_{size.open}"
    name = f"bench_{_fingerprint()}_{size.scale:g}{counts}".replace(".", "_").replace("-", "_")
    with _admin() as admin:
        known = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    if known is None:
        fresh = f"{name}_new"
        empty(fresh)
        with connected_to(fresh):
            call_command("migrate", verbosity=0)
            city.load_city(size)
        with _admin() as admin:
            admin.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(fresh), sql.Identifier(name))
            )
    return name


@contextmanager
def copy_of(template: str) -> Iterator[str]:
    """Give a copy of the template, with Django connected to it; dropped afterwards."""
    name = f"{template}_run"
    empty(name, template)
    try:
        with connected_to(name):
            yield name
    finally:
        drop(name)


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Let Django's default connection go to the named database on the same server."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def drop(name: str) -> None:
    """Drop a database, whoever is still connected to it."""
    with _admin() as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def empty(name: str, template: str = "template0") -> None:
    """Make a database like the template, in place of one of that name."""
    drop(name)
    with _admin() as admin:
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )


def _admin() -> psycopg.Connection[Any]:
    parameters = connection.get_connection_params() | {"dbname": "postgres"}
    known = {
        key: parameters[key] for key in ("dbname", "user", "password", "host", "port") if key in parameters
    }
    return psycopg.connect(**known, autocommit=True)


def _fingerprint() -> str:
    """Return a mark of the migrations and the generator: a change of either makes a new template."""
    mark = hashlib.sha256()
    for module in (city, copying, words):
        mark.update(Path(module.__file__).read_bytes())
    for path in sorted(_PROJECT.glob("*/migrations/0*.py")):
        mark.update(path.name.encode() + path.read_bytes())
    return mark.hexdigest()[:8]
