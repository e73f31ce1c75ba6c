"""The hotline desk: a caller's earlier cases, and the call that is being written down."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor
from core.crypto import encrypt
from core.errors import Denied
from core.looks import log_looks
from core.rates import Rate, spend
from incidents.callers import caller_mark
from incidents.models import DeskDraft, Incident, IncidentEvent
from incidents.selectors.desk import DRAFT_FIELD
from incidents.selectors.lists import incidents_for
from organizations.models import User
from organizations.scopes import scope_of

RUN_DESK = "incidents.run_desk"
DRAFTS_KEPT = timedelta(hours=24)
EARLIER_CASES = 6
_PRESET = frozenset({"channel"})  # filled in by the form itself
_LONGEST_DRAFT = 12_000
# More than anybody types; a script that tries numbers out is stopped.
_LOOKUPS = Rate("desk-caller", times=240, seconds=3600)


@dataclass(frozen=True, slots=True)
class CallerCase:
    """An earlier case of a caller with the last thing that happened to it."""

    incident: Incident
    last: IncidentEvent | None


def caller_cases(*, actor: Actor, phone: str, purpose: str) -> list[CallerCase]:
    """Return the newest cases of this phone within the operator's view, and log the look at each of them.

    Three queries. Raises Denied("permission_missing"), TooMany("too_many"). Source: R-95, R-60.
    """
    user = _operator(actor)
    mark = caller_mark(phone)
    if not mark:
        return []
    spend(_LOOKUPS, str(user.pk))
    wanted = incidents_for(user).filter(caller_mark=mark).order_by("-reported_at", "-id")
    found: list[Incident] = list(wanted.prefetch_related(None)[:EARLIER_CASES])
    if not found:
        return []
    log_looks(
        user.pk,
        subject_type="incident",
        subject_ids=[each.pk for each in found],
        fields=["caller"],
        purpose=purpose,
    )
    newest = IncidentEvent.objects.filter(incident__in=[each.pk for each in found])
    newest = newest.order_by("incident_id", "-at", "-id").distinct("incident_id")
    last = {event.incident_id: event for event in newest.select_related("actor", "unit")}
    return [CallerCase(each, last.get(each.pk)) for each in found]


def draft_keep(*, actor: Actor, call_key: UUID, values: Mapping[str, str]) -> datetime | None:
    """Keep what has been typed, encrypted; returns when, or None for nothing typed or a call that is filed.

    Two queries. Raises Denied("permission_missing").
    """
    user = _operator(actor)
    text = json.dumps({name: value for name, value in values.items() if value.strip()}, ensure_ascii=False)
    nothing = not any(value.strip() for name, value in values.items() if name not in _PRESET)
    if nothing or len(text) > _LONGEST_DRAFT or Incident.objects.filter(client_key=call_key).exists():
        return None
    now = clock.now()
    with transaction.atomic():
        changed = DeskDraft.objects.filter(call_key=call_key, operator_id=user.pk)
        sealed = encrypt(text, field=DRAFT_FIELD)
        if not changed.update(sealed=sealed, updated_at=now):
            DeskDraft.objects.bulk_create(
                [DeskDraft(call_key=call_key, operator_id=user.pk, sealed=sealed, updated_at=now)],
                ignore_conflicts=True,
            )
    return now


def draft_discard(*, actor: Actor, call_key: UUID) -> None:
    """Forget an unfinished call of the operator's own; one that is gone already is no fault."""
    DeskDraft.objects.filter(call_key=call_key, operator_id=_operator(actor).pk).delete()


def drafts_forget() -> int:
    """Delete calls that nobody has gone on with for a day; returns how many."""
    count, _by_model = DeskDraft.objects.filter(updated_at__lt=clock.now() - DRAFTS_KEPT).delete()
    return count


def _operator(actor: Actor) -> User:
    user = actor.user
    if not isinstance(user, User) or RUN_DESK not in scope_of(user).permissions:
        raise Denied("permission_missing", _("Your role does not include this step."))
    return user
