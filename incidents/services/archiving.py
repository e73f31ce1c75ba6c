"""Filing away what can no longer be reopened: batch by batch, each batch one transaction."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F

from core import clock
from core.actor import SYSTEM
from incidents.models import Incident, IncidentEvent
from incidents.policies import REOPEN_WITHIN
from incidents.rules.vocabulary import State, Verb
from incidents.rules.workflow import transition

BATCH = 1000
_ROW = transition(Verb.ARCHIVE)


def archive_due(*, limit: int = BATCH) -> int:
    """File away at most `limit` incidents closed longer ago than they may be reopened; return how many.

    Passes over rows that somebody works on. Three queries. Source: R-117.
    """
    before = clock.now() - REOPEN_WITHIN
    with transaction.atomic():
        due: Any = Incident.objects.filter(state__in=_ROW.sources, closed_at__lt=before)
        rows = list(
            due.order_by("closed_at", "pk")
            .select_for_update(skip_locked=True, no_key=True)
            .values_list("pk", "state")[:limit]
        )
        if rows:
            _archive(rows)
    return len(rows)


def archive_all() -> int:
    """File away everything that is due; return how many."""
    total = 0
    while done := archive_due():
        total += done
    return total


def _archive(rows: Sequence[tuple[int, str]]) -> None:
    at = clock.now()
    Incident.objects.filter(pk__in=[pk for pk, _state in rows]).update(
        state=State.ARCHIVED, version=F("version") + 1
    )
    IncidentEvent.objects.bulk_create(
        [
            IncidentEvent(
                incident_id=pk,
                at=at,
                actor_kind=SYSTEM.kind,
                verb=Verb.ARCHIVE,
                from_state=state,
                to_state=State.ARCHIVED,
                is_public=_ROW.public,
            )
            for pk, state in rows
        ]
    )
