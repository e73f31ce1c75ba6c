"""A street's open list and its count through the one visibility, beside SQL on the repeated column."""

from django.contrib.auth import get_user_model
from django.db import connection

from core import clock
from incidents.models import Incident
from incidents.rules.workflow import OPEN_STATES
from organizations.choices import Role
from organizations.scopes import forget_scope, scope_of
from tests.benchmarks.city import NOW
from tests.benchmarks.databases import copy_of
from tests.benchmarks.measure import Measured, median_ms

ROWS, ROUNDS = 25, 200
_WHERE = "FROM incidents_incident WHERE street_id = %s AND state IN ({})".format(
    ", ".join(f"'{state}'" for state in sorted(OPEN_STATES))
)


def measure(template: str) -> list[Measured]:
    """Read the newest page and the exact number of what is open."""
    with copy_of(template), clock.frozen_at(NOW):
        person = get_user_model().objects.filter(memberships__role=Role.STREET_STAFF).first()
        street = person.memberships.get().organization_id
        columns = ", ".join(f'"{field.column}"' for field in Incident._meta.concrete_fields)
        page = f"SELECT {columns} {_WHERE} ORDER BY reported_at DESC, id DESC LIMIT {ROWS}"
        found: list[int] = []

        def ours() -> None:
            seen = Incident.objects.visible_to(person).open()
            found[:] = [len(seen.order_by("-reported_at", "-id")[:ROWS]), seen.count()]

        def limit() -> None:
            with connection.cursor() as cursor:
                cursor.execute(page, [street])
                rows = len(cursor.fetchall())
                cursor.execute(f"SELECT count(*) {_WHERE}", [street])
                if [rows, cursor.fetchone()[0]] != found:
                    raise RuntimeError("both ways must see the same incidents")

        def draw() -> None:
            forget_scope(person)
            scope_of(person)

        first = median_ms(draw, rounds=ROUNDS)
        return [
            Measured(
                name="scope",
                unit="ms",
                ours=median_ms(ours, rounds=ROUNDS),
                limit=median_ms(limit, rounds=ROUNDS),
                detail=f"{found[0]} rows as objects and a count of {found[1]}; "
                f"the scope, drawn once a request, takes {first} ms more",
            )
        ]
