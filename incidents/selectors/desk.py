"""An operator's unfinished calls; each is read by nobody else."""

import json
from uuid import UUID

from cryptography.exceptions import InvalidTag

from core.crypto import decrypt
from incidents.models import DeskDraft
from organizations.scopes import AnyUser

DRAFT_FIELD = "desk_draft"
MOST = 5


def draft_values(user: AnyUser, call_key: UUID) -> dict[str, str]:
    """Return what the operator had typed; empty where there is nothing, or no key opens it. One query."""
    draft = DeskDraft.objects.filter(call_key=call_key, operator_id=user.pk).first()
    if draft is None:
        return {}
    try:
        values: dict[str, str] = json.loads(decrypt(draft.sealed, field=DRAFT_FIELD))
    except (InvalidTag, KeyError, ValueError):
        return {}
    return values


def unfinished_calls(user: AnyUser, *, but: UUID) -> list[DeskDraft]:
    """Return the operator's other unfinished calls, the newest first; one query."""
    return list(DeskDraft.objects.filter(operator_id=user.pk).exclude(call_key=but)[:MOST])
