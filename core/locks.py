"""Advisory transaction locks: who writes a shared structure first waits for whoever writes it now."""

from enum import IntEnum

from django.db import connection


class LockName(IntEnum):
    """The first key of every advisory lock the project takes; numbers are never reused."""

    TREE = 1
    REFERENCE_LOAD = 2
    DEMO_LOAD = 3
    IMPORT = 4
    MERGING = 20
    FIGURES = 21
    AUDIT_LOG = 40


def lock_for_transaction(name: LockName, key: int = 0) -> None:
    """Wait for and hold the lock until the transaction ends.

    Must be the first statement that touches the structure: reads made before it may be stale.
    Raises RuntimeError outside a transaction, where the lock would be released at once.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an advisory transaction lock needs a transaction")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [int(name), key])
