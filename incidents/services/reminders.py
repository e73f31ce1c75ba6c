"""Reminding once of what is late: tasks of joint sessions, and what the street owes after a whistle.

Mark and messages are one transaction, on rows that no other reminder holds: nobody is reminded twice, and a
reminder that dies is made up for by the next. Source: R-59.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone

from core import clock
from core.actor import SYSTEM
from incidents.models import Incident, SessionTask, WhistleDuty
from incidents.recipients import owner_ids, unit_people_ids, working_people_ids
from incidents.rules.workflow import OPEN_STATES
from incidents.services.telling import tell
from organizations.choices import Role

BATCH = 200


def remind_late() -> int:
    """Remind of everything that is late; return of how much."""
    total = 0
    while done := remind_batch():
        total += done
    return total


def remind_batch(*, limit: int = BATCH) -> int:
    """Remind of at most `limit` late tasks and as many late duties; return of how many.

    Passes over rows that another reminder holds. Cases that are closed are left alone.
    """
    with transaction.atomic():
        tasks = _late(SessionTask, "incident", limit)
        for task in tasks:
            _remind_of_task(task)
        duties = _late(WhistleDuty, "whistle__incident", limit, whistle__ended_at=None)
        for duty in duties:
            _remind_of_duty(duty)
        at = clock.now()
        SessionTask.objects.filter(pk__in=[row.pk for row in tasks]).update(reminded_at=at)
        WhistleDuty.objects.filter(pk__in=[row.pk for row in duties]).update(reminded_at=at)
    return len(tasks) + len(duties)


def _late(model: Any, incident: str, limit: int, **further: Any) -> list[Any]:
    rows = model.objects.filter(
        done_at=None,
        reminded_at=None,
        due_at__lt=clock.now(),
        **{f"{incident}__state__in": sorted(OPEN_STATES)},
        **further,
    )
    locked = rows.select_for_update(skip_locked=True, of=("self",))
    return list(locked.select_related(f"{incident}__category").order_by("due_at", "pk")[:limit])


def _remind_of_task(task: SessionTask) -> None:
    incident: Incident = task.incident
    tell(
        incident,
        "session_task_late",
        working_people_ids([task.unit_id]) | owner_ids(incident),
        actor=SYSTEM,
        mark=f"{task.pk}",
        task=task.text,
        due=f"{timezone.localtime(task.due_at):%m-%d}",
    )


def _remind_of_duty(duty: WhistleDuty) -> None:
    roles = (Role.STREET_LEADER, Role.STREET_STAFF)
    tell(
        duty.whistle.incident,
        "whistle_duty_late",
        unit_people_ids([duty.whistle.street_id], roles),
        actor=SYSTEM,
        mark=f"{duty.pk}",
        duty=str(duty.kind),
    )
