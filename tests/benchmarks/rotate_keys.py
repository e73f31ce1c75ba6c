"""Encrypting a population's numbers under a new key while two clients change rows, beside one plain UPDATE.

The limit writes both columns of every row anew in one statement, alone and without any cipher.
"""

import base64
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from django.conf import settings
from django.db import connection, connections, transaction
from django.test import override_settings

from core.copying import copy_rows
from core.crypto import encrypt
from core.rotation import rotate
from grids.models import Grid
from organizations.models import Organization
from residents.models import Person
from residents.sealing import DOCUMENT_FIELD, PHONE_FIELD, open_phone, seal_phone
from tests.benchmarks.databases import copy_of
from tests.benchmarks.measure import Measured, seconds_of

PEOPLE = 2_060_000
CLIENTS = 2
_COLUMNS = ("name", "document_sealed", "phone_sealed", "community", "street", "as_of", "document_kind")


def measure(template: str) -> list[Measured]:
    """Rotate once under load and prove that nothing is left, then time the limit on the same rows."""
    with copy_of(template):
        people = round(PEOPLE * Grid.objects.filter(tier=2).count() / 3_372)
        _load(people)
        newest = f"bench:{base64.urlsafe_b64encode(os.urandom(32)).decode()}"
        with override_settings(FIELD_KEYS=f"{newest},{settings.FIELD_KEYS}"):
            seconds, changes = _rotate(people)
        limit = seconds_of(_plain_update)
    return [
        Measured(
            name="rotate_keys",
            unit="rows/s",
            ours=round(people / seconds),
            limit=round(people / limit),
            detail=f"{people:,} people, two numbers each; {changes:,} changes by {CLIENTS} clients meanwhile",
        )
    ]


def _load(people: int) -> None:
    community = Organization.objects.filter(kind="community").values_list("pk", "parent_id")[0]
    rows = (
        (
            "林一",
            encrypt(f"350583198001{number:06d}", field=DOCUMENT_FIELD),
            encrypt(f"138{number:08d}", field=PHONE_FIELD),
            *community,
            date(2026, 1, 1),
            "resident_id",
        )
        for number in range(people)
    )
    copy_rows(Person, _COLUMNS, rows)


def _rotate(people: int) -> tuple[float, int]:
    """Return the seconds and how often the clients read and changed a phone; raises where one fails."""
    over = threading.Event()
    first = Person.objects.earliest("pk").pk

    def work(client: int) -> int:
        count = 0
        try:
            while not over.is_set():
                with transaction.atomic():
                    wanted = first + (client * 7919 + count * 104_729) % people
                    person = Person.objects.select_for_update().get(pk=wanted)
                    person.phone_sealed = seal_phone(open_phone(person)).phone_sealed
                    person.save(update_fields=["phone_sealed"])
                count += 1
        finally:
            connections.close_all()
        return count

    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(work, number) for number in range(CLIENTS)]
        try:
            seconds = seconds_of(_rotate_all)
        finally:
            over.set()
        return seconds, sum(each.result() for each in clients)


def _rotate_all() -> None:
    done = rotate()
    if done.left or done.unreadable:
        raise RuntimeError(f"{done.left} values are left, {done.unreadable} rows cannot be opened")


def _plain_update() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE residents_person "
            "SET document_sealed = document_sealed || '', phone_sealed = phone_sealed || ''"
        )
