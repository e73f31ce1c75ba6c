"""What a case's page shows beyond the case itself: what may be the same, what was merged, the verdicts."""

from collections.abc import Collection, Sequence
from typing import Any

from django.http import HttpRequest

from incidents.models import Incident
from incidents.rules.vocabulary import State, Verb
from incidents.selectors.callbacks import rounds_of
from incidents.selectors.duplicates import duplicates_of
from incidents.selectors.families import merged_into
from incidents.selectors.timeline import TimelineEntry

_ASKED = frozenset({Verb.CALL_BACK, Verb.ASK_RESIDENT})


def family_context(
    request: HttpRequest, incident: Incident, possible: Collection[Verb], timeline: Sequence[TimelineEntry]
) -> dict[str, Any]:
    """Return `proposals`, `merged`, `rounds` and `may_notice`; each is read only where it can be anything."""
    told = {(entry.verb, bool(entry.data.get("child"))) for entry in timeline}
    asked = any(verb in _ASKED for verb, _child in told)
    return {
        "proposals": duplicates_of(request.user, incident) if Verb.MERGE in possible else [],
        "merged": merged_into(request.user, incident) if (Verb.MERGE, True) in told else [],
        "rounds": rounds_of(incident) if asked else [],
        "may_notice": incident.state == State.CALLBACK,
    }
