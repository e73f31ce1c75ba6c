"""Showing masked personal data: the purpose that is asked for, and the row of the access log.

The one way to write AccessLog. What is shown is logged first, in the same transaction.
"""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from core import clock
from core.errors import Invalid
from core.models import AccessLog
from core.text import clean_text

LONGEST_PURPOSE = 200
_SHORTEST_PURPOSE = 2


def clean_purpose(text: str) -> str:
    """Return the purpose as it is logged; raises Invalid("purpose_missing"|"text_too_long")."""
    why = " ".join(clean_text(text, field="purpose", longest=LONGEST_PURPOSE).split())
    if len(why) < _SHORTEST_PURPOSE:
        raise Invalid("purpose_missing", _("Please write why you need this."), field="purpose")
    return why


def log_looks(
    user_id: int,
    *,
    subject_type: str,
    subject_ids: Iterable[int],
    fields: Iterable[str],
    purpose: str,
    refused: bool = False,
) -> None:
    """Write one row for each subject and field; one query.

    Call it after every row lock: whoever logs makes others who log wait until the transaction ends. A refused
    look is logged outside a transaction that the refusal rolls back. Source: R-250.
    """
    now, names = clock.now(), tuple(fields)
    AccessLog.objects.bulk_create(
        AccessLog(
            user_id=user_id,
            subject_type=subject_type,
            subject_id=subject_id,
            field=field,
            purpose=purpose[:LONGEST_PURPOSE],
            at=now,
            refused=refused,
        )
        for subject_id in subject_ids
        for field in names
    )
