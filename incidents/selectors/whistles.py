"""The whistles of one incident with what each department has done."""

from django.db.models import Prefetch

from core import clock
from incidents.models import Clock, Incident, Whistle, WhistleResponse
from incidents.recipients import OFFICERS
from organizations.models import Membership


def whistles_of(incident: Incident) -> list[Whistle]:
    """Return the whistles, newest first; at most five queries.

    Each has its `responses` with `open_clocks`, and their departments with `callable_people`.
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
    return list(
        Whistle.objects.filter(incident=incident)
        .select_related("street", "blown_by")
        .prefetch_related(Prefetch("responses", queryset=answers))
    )
