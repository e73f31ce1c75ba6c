"""The access log is a chain that no way of writing gets around and no change hides in."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction

from core import clock
from core.copying import copy_rows
from core.insertion import insert_rows
from core.looks import log_looks
from core.models import AccessLog
from core.verification import Break, verify_chain
from tests.factories.organizations import make_user


def look(user, subject: int = 1, **more) -> AccessLog:
    values = {
        "subject_type": "person",
        "field": "phone",
        "purpose": '核对：“,"引号',
        "at": clock.now(),
    } | more
    return AccessLog(user_id=user.pk, subject_id=subject, **values)


def fill(user) -> None:
    log_looks(
        user.pk, subject_type="person", subject_ids=[1, 2], fields=["phone", "document"], purpose="核对"
    )
    look(user).save()
    insert_rows([look(user, 5), look(user, 6)])
    at = datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=UTC)
    columns = ("user", "subject_type", "subject_id", "field", "purpose", "at")
    copy_rows(AccessLog, columns, [(user.pk, "person", pk, "phone", "核对", at) for pk in (7, 8)])


def tamper(statement: str) -> None:
    """Run the statement as somebody who may switch triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE core_accesslog DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute("ALTER TABLE core_accesslog ENABLE TRIGGER USER")


@pytest.mark.django_db
def test_every_way_of_writing_is_chained(capsys):
    fill(make_user())
    assert list(AccessLog.objects.order_by("sequence").values_list("sequence", flat=True)) == list(
        range(1, 10)
    )
    verdict = verify_chain()
    assert (verdict.rows, verdict.broken) == (9, None)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TimeZone = 'America/New_York'")
    assert verify_chain() == verdict
    call_command("verify_audit", head=verdict.head)
    assert verdict.head in capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "broken", "sequence"),
    [
        ("UPDATE core_accesslog SET purpose = 'x' WHERE sequence = 4", Break.CONTENT, 4),
        ("UPDATE core_accesslog SET at = at + interval '1 microsecond' WHERE sequence = 9", Break.CONTENT, 9),
        ("UPDATE core_accesslog SET refused = true WHERE sequence = 1", Break.CONTENT, 1),
        ("DELETE FROM core_accesslog WHERE sequence = 3", Break.GAP, 4),
        ("DELETE FROM core_accesslog WHERE sequence < 3", Break.GAP, 3),
        ("UPDATE core_accesslog SET previous_hash = repeat('0', 64) WHERE sequence = 5", Break.LINK, 5),
        ("DELETE FROM core_accesslog WHERE sequence > 7", Break.HEAD_LOST, None),
        ("TRUNCATE core_accesslog", Break.HEAD_LOST, None),
    ],
)
def test_the_first_broken_row_is_named(statement, broken, sequence):
    fill(make_user())
    head = verify_chain().head
    tamper(statement)
    verdict = verify_chain(head=head)
    assert (verdict.broken, verdict.sequence) == (broken, sequence)
    with pytest.raises(CommandError, match="broken"):
        call_command("verify_audit", head=head)


@pytest.mark.django_db
def test_a_guard_that_is_switched_off_is_found():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_accesslog DISABLE TRIGGER USER")
    assert verify_chain().broken == Break.UNGUARDED


@pytest.mark.django_db
@pytest.mark.parametrize(
    "verb", ["UPDATE core_accesslog SET field = 'x'", "DELETE FROM core_accesslog", "TRUNCATE core_accesslog"]
)
def test_nothing_is_changed_or_emptied(verb):
    fill(make_user())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb)
    assert AccessLog.objects.count() == 9


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_leave_one_chain():
    user = make_user()

    def write(number: int) -> None:
        try:
            for each in range(10):
                with transaction.atomic():
                    log_looks(
                        user.pk,
                        subject_type="person",
                        subject_ids=[number, each],
                        fields=["phone"],
                        purpose="并发",
                    )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    verdict = verify_chain()
    assert (verdict.rows, verdict.broken) == (80, None)
