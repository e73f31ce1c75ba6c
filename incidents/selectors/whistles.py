"""The whistles of one incident with what each department has done."""

from django.db.models import Prefetch

from incidents.models import Clock, Incident, Whistle, WhistleResponse


def whistles_of(incident: Incident) -> list[Whistle]:
    """Return the whistles, newest first, with `responses` and their `open_clocks`; at most three queries."""
    running = Clock.objects.filter(stopped_at=None).order_by("due_at", "id")
    answers = (
        WhistleResponse.objects.select_related("department")
        .prefetch_related(Prefetch("clocks", queryset=running, to_attr="open_clocks"))
        .order_by("-is_lead", "id")
    )
    return list(
        Whistle.objects.filter(incident=incident)
        .select_related("street", "blown_by")
        .prefetch_related(Prefetch("responses", queryset=answers))
    )
