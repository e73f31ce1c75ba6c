"""Filing reports by the service, beside three prepared statements that insert the very same rows."""

import statistics
from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import uuid4

import psycopg
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from core import clock
from core.actor import Actor
from core.models import Notification
from grids.models import GridAssignment
from incidents.models import Category, Clock, Incident, IncidentEvent
from incidents.rules.vocabulary import Channel
from incidents.services import Report, incident_file
from organizations.scopes import scope_of
from tests.benchmarks.city import NOW
from tests.benchmarks.databases import copy_of
from tests.benchmarks.measure import BACKEND, Measured, enough, seconds_of

ROUNDS = 3
FILINGS = 300
WARM_UP = 20
HTTP_FILINGS = 100
TEXT = "路灯不亮，已三天，晚上老人孩子出行不便，请尽快派人查看。"


def measure(template: str) -> list[Measured]:
    """File one after the other, as many grid workers do, on one connection."""
    ours, limit = [], []
    for _ in range(min(ROUNDS, enough(ROUNDS))):
        with copy_of(template), clock.frozen_at(NOW):
            last = Incident.objects.latest("id").pk
            reports = list(_reports())
            _file_all(reports[:WARM_UP])
            ours.append(FILINGS / seconds_of(partial(_file_all, reports[WARM_UP:])))
            written = list(_written(last))
        with copy_of(template):
            bare = _Bare(written)
            bare.insert(written[:WARM_UP])
            limit.append(FILINGS / seconds_of(partial(bare.insert, written[WARM_UP:])))
    rows = sum(
        1 + len(clocks) + len(events) + len(users) for _row, clocks, events, _message, users in written
    )
    with copy_of(template), clock.frozen_at(NOW):
        http = over_http()
    return [
        Measured(
            name="filing",
            unit="reports/s",
            ours=round(statistics.median(ours)),
            limit=round(statistics.median(limit)),
            detail=f"{FILINGS} reports, {rows / len(written):.1f} rows each, one connection and commit each; "
            f"{http:.0f}/s by POST of the form, session and person looked up each time, login before",
        )
    ]


def over_http() -> float:
    """Return reports per second through the form's page, each by a request of its own, by the median."""
    held = GridAssignment.objects.order_by("pk").values_list("membership__user_id", "grid_id").first()
    codes = list(Category.objects.order_by("pk").values_list("code", flat=True))
    client = Client()
    client.force_login(get_user_model().objects.get(pk=held[0]), backend=BACKEND)
    address, before, times = reverse("report"), Incident.objects.count(), []
    for number in range(WARM_UP + HTTP_FILINGS):
        form = {"category": codes[number % len(codes)], "description": TEXT, "channel": Channel.GRID_WORKER}
        form |= {"grid": str(held[1]), "client_key": str(uuid4())}
        times.append(seconds_of(partial(client.post, address, form)))
    if Incident.objects.count() != before + WARM_UP + HTTP_FILINGS:
        raise RuntimeError("the form's page did not file")
    return round(1 / statistics.median(times[WARM_UP:]), 1)


def _file_all(reports: list[tuple[Actor, Report]]) -> None:
    for actor, report in reports:
        incident_file(actor=actor, report=report)


def _reports() -> Iterator[tuple[Actor, Report]]:
    """Yield reports with people as a view hands them on: their scope was drawn to show the form."""
    codes = list(Category.objects.order_by("pk").values_list("code", flat=True))
    people = get_user_model().objects
    held = GridAssignment.objects.order_by("pk").values_list("membership__user_id", "grid_id")
    assignments = list(held[: FILINGS + WARM_UP])
    for number in range(FILINGS + WARM_UP):
        user_id, grid_id = assignments[number % len(assignments)]
        report = Report(
            category_code=codes[number % len(codes)],
            description=TEXT,
            channel=Channel.GRID_WORKER,
            grid_id=grid_id,
        )
        person = people.get(pk=user_id)
        scope_of(person)
        yield Actor.of(person), report


Row = tuple[Any, ...]
Written = tuple[Row, list[Row], list[Row], Row | None, list[int]]


def _written(last: int) -> Iterator[Written]:
    """Yield what each filing wrote: the incident, its clocks and events, the message and who got it."""
    for pk, number in Incident.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "number"):
        messages = _rows(Notification, "params->>'number' = %s", number, skip=("id", "user_id"))
        users = Notification.objects.filter(params__number=number).values_list("user_id", flat=True)
        yield (
            _rows(Incident, "id = %s", pk, skip=("id",))[0],
            _rows(Clock, "incident_id = %s", pk, skip=("id", "incident_id")),
            _rows(IncidentEvent, "incident_id = %s", pk, skip=("id", "incident_id")),
            messages[0] if messages else None,
            list(users),
        )


def _rows(model: Any, where: str, value: Any, *, skip: tuple[str, ...]) -> list[Row]:
    query = f"SELECT {', '.join(_columns(model, skip))} FROM {model._meta.db_table} WHERE {where} ORDER BY id"
    with connection.cursor() as cursor:
        cursor.execute(query, [value])
        return cursor.fetchall()


def _columns(model: Any, skip: tuple[str, ...]) -> list[str]:
    return [f'"{field.column}"' for field in model._meta.concrete_fields if field.column not in skip]


class _Bare:
    """Three prepared statements: the incident; its clocks and events; the message in every inbox."""

    def __init__(self, written: list[Written]) -> None:
        _row, clocks, events, _message, _users = written[0]
        self.incident = _insert(Incident, ("id",)) + " RETURNING id"
        first, second = _insert(Clock, ("id",), len(clocks)), _insert(IncidentEvent, ("id",), len(events))
        self.rest = f"WITH c AS ({first}) {second}"
        given = [
            field for field in Notification._meta.concrete_fields if field.column not in ("id", "user_id")
        ]
        names = ", ".join(f'"{field.column}"' for field in given)
        values = ", ".join(f"%s::{field.db_type(connection)}" for field in given)
        self.message = (
            f"INSERT INTO core_notification (user_id, {names})"
            f" SELECT person, {values} FROM unnest(%s::bigint[]) AS person ON CONFLICT DO NOTHING"
        )

    def insert(self, written: list[Written]) -> None:
        connection.ensure_connection()
        connection.connection.prepare_threshold = 0  # else `prepare` would be of no effect
        for row, clocks, events, message, users in written:
            with transaction.atomic(), psycopg.Cursor(connection.connection) as cursor:
                cursor.execute(self.incident, row, prepare=True)
                pk = cursor.fetchone()[0]
                rest = [value for one in (*clocks, *events) for value in (pk, *one)]
                cursor.execute(self.rest, rest, prepare=True)
                if message is not None:
                    cursor.execute(self.message, [*message, users], prepare=True)


def _insert(model: Any, skip: tuple[str, ...], rows: int = 1) -> str:
    fields = [field for field in model._meta.concrete_fields if field.column not in skip]
    values = f"({', '.join(f'%s::{field.db_type(connection)}' for field in fields)})"
    names = ", ".join(f'"{field.column}"' for field in fields)
    return f"INSERT INTO {model._meta.db_table} ({names}) VALUES {', '.join([values] * rows)}"
