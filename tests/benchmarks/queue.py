"""The department's queue as an officer gets it, beside the bare SQL of that page."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from organizations.choices import Role
from tests.benchmarks.city import NOW
from tests.benchmarks.databases import copy_of
from tests.benchmarks.measure import Measured, median_ms

ROUNDS = 40
_BACKEND = "django.contrib.auth.backends.ModelBackend"


def measure(template: str) -> list[Measured]:
    """Get the page through all of Django, then run its statements alone."""
    with copy_of(template), clock.frozen_at(NOW):
        officer = get_user_model().objects.filter(memberships__role=Role.DEPARTMENT_OFFICER).first()
        client = Client()
        client.force_login(officer, backend=_BACKEND)
        address = reverse("queue")
        ours = median_ms(lambda: _get(client, address), rounds=ROUNDS)
        with CaptureQueriesContext(connection) as captured:
            page = _get(client, address)
        statements = [one["sql"] for one in captured.captured_queries]
        limit = median_ms(lambda: _replay(statements), rounds=ROUNDS)
        size = len(page.content)
    detail = f"{len(statements)} statements, {size / 1024:.0f} KiB of HTML, session and login included"
    return [Measured(name="queue", unit="ms", ours=ours, limit=limit, detail=detail)]


def _get(client: Client, address: str) -> Any:
    response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}")
    return response


def _replay(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            if cursor.description:
                cursor.fetchall()
