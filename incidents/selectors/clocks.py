"""The limits now running on an incident."""

from django.db.models import QuerySet

from incidents.models import Clock, Incident


def running_clocks(incident: Incident) -> QuerySet[Clock]:
    """Return the clocks that have not stopped, soonest first; one query when read."""
    return (
        Clock.objects.filter(incident_id=incident.pk, stopped_at=None)
        .select_related("organization")
        .order_by("due_at", "id")
    )
