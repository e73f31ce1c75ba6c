"""Walking the access log's hash chain; nothing here writes."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import connection

from core.chain import hash_of
from core.models import AccessLog

# One pass in the order of the numbers; the database keeps one row at a time.
_FIRST_BROKEN = """
SELECT sequence, id, CASE
         WHEN sequence <> position THEN 'gap'
         WHEN previous_hash <> hash_before THEN 'link'
         ELSE 'content' END
FROM (SELECT log.*, row_number() OVER chain AS position, lag(log.hash, 1, '') OVER chain AS hash_before,
             HASH_OF_ROW AS hash_now
      FROM core_accesslog log WHERE log.sequence <= %s WINDOW chain AS (ORDER BY log.sequence)) walked
WHERE sequence <> position OR previous_hash <> hash_before OR hash <> hash_now
ORDER BY sequence LIMIT 1
""".replace("HASH_OF_ROW", hash_of("log"))
_GUARDS = """
SELECT tgname FROM pg_trigger
WHERE tgrelid = 'core_accesslog'::regclass AND tgenabled IN ('O', 'A') AND NOT tgisinternal
"""


class Break(StrEnum):
    """What is wrong with the first broken row, or with the log as a whole."""

    GAP = "gap"  # a number is missing before this row
    LINK = "link"  # the row does not follow from the one before it
    CONTENT = "content"  # the row is not what it was when it was written
    HEAD_LOST = "head_lost"  # the head kept elsewhere is not in the log any more
    UNGUARDED = "unguarded"  # a trigger that guards the log is missing or switched off


@dataclass(frozen=True, slots=True)
class Verdict:
    """How long the chain is and its last hash; what is broken, and at which row where it is one."""

    rows: int
    head: str
    broken: Break | None = None
    sequence: int | None = None
    row_id: int | None = None


def verify_chain(*, head: str = "") -> Verdict:
    """Walk the chain up to its present end; `head` is a hash kept elsewhere that must still be in it.

    Three or four queries; reads the whole table. Source: R-250.
    """
    last = AccessLog.objects.order_by("-sequence").values_list("sequence", "hash").first() or (0, "")
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_BROKEN, [last[0]])
        found = cursor.fetchone()
        cursor.execute(_GUARDS)
        guards = {row[0] for row in cursor.fetchall()}
    if found:
        return Verdict(last[0], last[1], Break(found[2]), sequence=found[0], row_id=found[1])
    if head and not AccessLog.objects.filter(hash=head).exists():
        return Verdict(last[0], last[1], Break.HEAD_LOST)
    meta: Any = AccessLog._meta
    wanted = {trigger.get_pgid(AccessLog) for trigger in meta.triggers}
    if wanted - guards:
        return Verdict(last[0], last[1], Break.UNGUARDED)
    return Verdict(last[0], last[1])
