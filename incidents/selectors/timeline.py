"""The timeline of an incident in words; the public one names no persons."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.actor import ActorKind
from incidents.choices import VERBS
from incidents.models import Incident, IncidentEvent
from incidents.selectors.explain import explain_reasons

_VERB_LABELS: dict[str, Promise] = dict(VERBS)
# What staff write to each other stays with them; the reporter reads the note of what was done and decided.
_NOTES_FOR_REPORTER = frozenset(
    {"finish", "self_handle", "reject", "judge_dissatisfied", "judge_satisfied", "judge_basically", "reopen"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One event: who did what when and why. `rule` is the name of the routing rule that decided."""

    at: datetime
    who: str
    unit: str
    verb: str
    what: str
    note: str
    reasons: list[str]
    rule: str
    from_state: str
    to_state: str
    data: Mapping[str, Any]


def timeline_of(incident: Incident, *, public: bool = False) -> list[TimelineEntry]:
    """Return the events in order; `public` leaves out inner events, persons, inner notes and details.

    One query.
    """
    events = IncidentEvent.objects.filter(incident_id=incident.pk).select_related("actor", "unit")
    if public:
        events = events.filter(is_public=True)
    return [_entry(event, public=public) for event in events.order_by("at", "id")]


def _entry(event: IncidentEvent, *, public: bool) -> TimelineEntry:
    note_shown = not public or event.verb in _NOTES_FOR_REPORTER
    return TimelineEntry(
        at=event.at,
        who="" if public else who_did(event),
        unit=event.unit.name if event.unit else "",
        verb=event.verb,
        what=verb_label(event.verb),
        note=event.note if note_shown else "",
        reasons=[] if public else explain_reasons(event.reasons),
        rule="" if public else str(event.data.get("rule_name", "")),
        from_state=event.get_from_state_display() if event.from_state else "",
        to_state=event.get_to_state_display(),
        data={} if public else event.data,
    )


def verb_label(verb: str) -> str:
    """Return the word for what was done; a verb of a later version reads as itself."""
    return str(_VERB_LABELS.get(verb, verb))


def who_did(event: IncidentEvent) -> str:
    """Return who did it: the person, the resident, or the system."""
    if event.actor is not None:
        return str(event.actor)
    return _("the system") if event.actor_kind == ActorKind.SYSTEM else _("resident")
