"""The whistles and the joint sessions of one incident, with what each unit has done."""

from django.db.models import Prefetch

from core import clock
from incidents.models import (
    Clock,
    Incident,
    Session,
    SessionTask,
    Whistle,
    WhistleDuty,
    WhistleResponse,
)
from incidents.recipients import OFFICERS
from incidents.selectors.whistle_list import kind_names
from organizations.models import Membership


def whistles_of(incident: Incident) -> list[Whistle]:
    """Return the whistles, newest first; at most seven queries, one where there are none.

    Each has its `responses` with `open_clocks`, their departments with `callable_people`, its `duties`, and
    `kind_name` and `first_kind_name` as the city calls them.
    """
    running = Clock.objects.filter(stopped_at=None).order_by("due_at", "id")
    officers = (
        Membership.objects.valid_on(clock.today())
        .filter(role__in=OFFICERS, user__is_active=True)
        .select_related("user")
        .order_by("role", "user__full_name", "pk")
    )
    answers = (
        WhistleResponse.objects.select_related("department")
        .prefetch_related(
            Prefetch("clocks", queryset=running, to_attr="open_clocks"),
            Prefetch("department__memberships", queryset=officers, to_attr="callable_people"),
        )
        .order_by("-is_lead", "id")
    )
    found = list(
        Whistle.objects.filter(incident=incident)
        .select_related("street", "blown_by")
        .prefetch_related(
            Prefetch("responses", queryset=answers),
            Prefetch("duties", queryset=WhistleDuty.objects.order_by("due_at", "id")),
        )
    )
    names = kind_names() if found else {}
    for whistle in found:
        whistle.kind_name = names.get(whistle.kind, whistle.kind)
        raised = whistle.first_kind and whistle.first_kind != whistle.kind
        whistle.first_kind_name = names.get(whistle.first_kind, "") if raised else ""
    return found


def sessions_of(incident: Incident) -> list[Session]:
    """Return the joint sessions, newest first, each with its `units` and `tasks`; at most three queries."""
    tasks = SessionTask.objects.select_related("unit", "done_by").order_by("due_at", "id")
    rows = Session.objects.filter(incident=incident).select_related("recorded_by")
    return list(rows.prefetch_related("units", Prefetch("tasks", queryset=tasks)))


def open_tasks_of(incident: Incident, unit_ids: frozenset[int]) -> list[SessionTask]:
    """Return the open tasks of these units, the one due first first; one query."""
    rows = SessionTask.objects.filter(incident=incident, unit_id__in=unit_ids, done_at=None)
    return list(rows.select_related("unit").order_by("due_at", "id"))
