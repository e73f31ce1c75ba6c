"""Writing the timeline; the database refuses to change what is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.actor import Actor
from incidents.models import Incident, IncidentEvent
from incidents.rules.reasons import Reason
from incidents.rules.vocabulary import State, Verb
from incidents.rules.workflow import transition


@dataclass(slots=True)
class Story:
    """What an event will say besides who, when and which verb; effects add to it while they run."""

    note: str = ""
    reasons: list[Reason] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)


def event_of(
    incident: Incident,
    verb: Verb,
    *,
    actor: Actor,
    at: datetime,
    unit_id: int | None,
    before: State | None,
    after: State,
    story: Story,
) -> IncidentEvent:
    """Return the unsaved event of one move."""
    return IncidentEvent(
        incident=incident,
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.user_id,
        unit_id=unit_id,
        verb=verb,
        from_state=before or "",
        to_state=after,
        note=story.note,
        reasons=reasons_data(story.reasons),
        data=story.data,
        is_public=transition(verb).public,
    )


def reasons_data(reasons: Iterable[Reason]) -> list[Mapping[str, object]]:
    """Return reasons in the form events store."""
    return [each.as_data() for each in reasons]


def last_event(incident: Incident, verbs: Iterable[Verb] = ()) -> IncidentEvent | None:
    """Return the newest event, of the given verbs if any; one query."""
    rows = IncidentEvent.objects.filter(incident_id=incident.pk).select_related("actor", "unit")
    wanted = [str(verb) for verb in verbs]
    if wanted:
        rows = rows.filter(verb__in=wanted)
    found: IncidentEvent | None = rows.order_by("-at", "-id").first()
    return found
