"""Saving ordinary visits by the service, beside two prepared statements that write the very same rows."""

import statistics
from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any
from uuid import uuid4

import psycopg
from django.contrib.auth import get_user_model
from django.db import connection, transaction

from core import clock
from core.actor import Actor
from core.copying import copy_rows
from grids.models import Building, Grid, GridAssignment
from incidents.models import Incident
from organizations.scopes import scope_of
from residents.models import Dwelling, Household, Person, Visit
from residents.rules.visits import VisitDraft
from residents.services import visit_save
from tests.benchmarks.city import NOW
from tests.benchmarks.databases import copy_of
from tests.benchmarks.measure import Measured, seconds_of

ROUNDS = 3
VISITS = 300
WARM_UP = 20
# Of a county-level city with as many incidents as the template has at scale 1.
HOUSEHOLDS_PER_INCIDENT = 655_000 / 1_370_000
_SINCE = date(2020, 1, 1)
_PEOPLE = 2


def measure(template: str) -> list[Measured]:
    """Save one visit after the other, as many grid workers do, on one connection."""
    ours, limit = [], []
    for _ in range(ROUNDS):
        with copy_of(template), clock.frozen_at(NOW):
            households = _populate()
            visits = list(_visits())
            _save_all(visits[:WARM_UP])
            ours.append(VISITS / seconds_of(partial(_save_all, visits[WARM_UP:])))
            written = list(Visit.objects.order_by("pk").values_list(*_columns()))
            Visit.objects.all().delete()
            bare = partial(_insert_all, written)
            limit.append(len(written) / seconds_of(bare))
    return [
        Measured(
            name="visit_save",
            unit="visits/s",
            ours=round(statistics.median(ours)),
            limit=round(statistics.median(limit)),
            detail=f"{VISITS} visits among {households:,} households, one connection and commit each",
        )
    ]


def _populate() -> int:
    """Give every grid a building and its share of households of two, by COPY; return how many households."""
    grids = list(Grid.objects.leaves().order_by("pk").values_list("pk", "community_id", "community__parent"))
    number = max(len(grids), VISITS + WARM_UP, round(Incident.objects.count() * HOUSEHOLDS_PER_INCIDENT))
    copy_rows(
        Building,
        ("id", "grid", "code", "name"),
        ((place, grid, f"V{place}", f"{place}号楼") for place, (grid, *_units) in enumerate(grids, 1)),
    )
    homes = [(pk, pk % len(grids) + 1, *grids[pk % len(grids)]) for pk in range(1, number + 1)]
    names = ("id", "building", "grid", "community", "street")
    copy_rows(Dwelling, (*names, "room"), ((*home, f"{home[0]}") for home in homes))
    copy_rows(Household, (*names, "dwelling", "opened_on"), ((*home, home[0], _SINCE) for home in homes))
    copy_rows(
        Person,
        ("household", *names[1:], "name", "as_of", "lived_since"),
        ((*home, f"林{home[0]}", _SINCE, _SINCE) for home in homes for _each in range(_PEOPLE)),
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE residents_household, residents_person")
    return number


Prepared = tuple[Actor, int, VisitDraft]


def _visits() -> Iterator[Prepared]:
    """Yield visits as a view hands them on: the worker's scope was drawn to show the form."""
    people: dict[int, Actor] = {}
    held = dict(GridAssignment.objects.order_by("-pk").values_list("grid_id", "membership__user_id"))
    rows = Household.objects.filter(grid_id__in=list(held)).order_by("pk")[: VISITS + WARM_UP]
    for household in rows:
        user_id = held[household.grid_id]
        if user_id not in people:
            user: Any = get_user_model().objects.get(pk=user_id)
            scope_of(user)
            people[user_id] = Actor.of(user)
        listed = frozenset(Person.objects.filter(household=household).values_list("pk", flat=True))
        yield people[user_id], household.pk, VisitDraft(outcome="met", confirmed=listed)


def _save_all(visits: list[Prepared]) -> None:
    for actor, household_id, draft in visits:
        visit_save(actor=actor, household_id=household_id, draft=draft, client_key=uuid4())


def _columns() -> list[str]:
    return [field.attname for field in Visit._meta.concrete_fields if not field.primary_key]


def _insert_all(written: list[tuple[Any, ...]]) -> None:
    connection.ensure_connection()
    connection.connection.prepare_threshold = 0  # else `prepare` would be of no effect
    columns = [field for field in Visit._meta.concrete_fields if not field.primary_key]
    names = ", ".join(f'"{field.column}"' for field in columns)
    values = ", ".join(f"%s::{field.db_type(connection)}" for field in columns)
    insert = f"INSERT INTO residents_visit ({names}) VALUES ({values}) RETURNING household_id"
    update = "UPDATE residents_household SET last_visited_on = %s, registered_on = %s WHERE id = %s"
    today = clock.today()
    for row in written:
        with transaction.atomic(), psycopg.Cursor(connection.connection) as cursor:
            cursor.execute(insert, row, prepare=True)
            found = cursor.fetchone()
            cursor.execute(update, [today, today, found[0] if found else None], prepare=True)
