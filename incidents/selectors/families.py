"""An incident with those merged into it, and the public course of the main one for a merged reporter."""

from datetime import datetime
from typing import Any

from incidents.models import Incident, IncidentEvent
from incidents.rules.vocabulary import State, Verb
from incidents.selectors.timeline import TimelineEntry, timeline_of
from organizations.scopes import AnyUser

MOST_SHOWN = 50
_DONE = frozenset({Verb.FINISH, Verb.SELF_HANDLE})
# What is done about the matter; what another reporter said or was told stays with them.
_ABOUT_THE_WORK = frozenset(
    {
        Verb.DISPATCH,
        Verb.SIGN,
        Verb.START,
        Verb.ARRIVE,
        Verb.FINISH,
        Verb.ESCALATE,
        Verb.REASSIGN,
        Verb.WHISTLE,
        Verb.WHISTLE_REPORT_IN,
        Verb.WHISTLE_UPGRADE,
        Verb.GRANT_EXTENSION,
        Verb.GRANT_SUSPENSION,
        Verb.RESUME,
        Verb.CONFIRM_CHECK,
        Verb.FAIL_CHECK,
    }
)


def merged_into(user: AnyUser, incident: Incident) -> list[Incident]:
    """Return what was merged into the incident, within the person's view, oldest first; one query."""
    rows: Any = Incident.objects.visible_to(user).filter(parent_id=incident.pk)
    return list(rows.select_related("category").order_by("reported_at", "id")[:MOST_SHOWN])


def main_incident(incident: Incident) -> Incident | None:
    """Return what carries the work of a merged incident; at most one query."""
    return incident.parent if incident.state == State.MERGED else None


def shared_course(main: Incident, merged: Incident) -> list[TimelineEntry]:
    """Return what was done about the matter since the merging, for a merged reporter; two queries."""
    since = _merged_at(merged)
    if since is None:
        return []
    entries = timeline_of(main, public=True)
    return [entry for entry in entries if entry.verb in _ABOUT_THE_WORK and entry.at >= since]


def what_was_done(incident: Incident) -> TimelineEntry | None:
    """Return the last report of the work, else of the main incident's; two queries at most."""
    for one in (incident, incident.parent):
        if one is not None:
            done = [entry for entry in timeline_of(one, public=True) if entry.verb in _DONE]
            if done:
                return done[-1]
    return None


def _merged_at(incident: Incident) -> datetime | None:
    events = IncidentEvent.objects.filter(incident_id=incident.pk, verb=Verb.MERGE, to_state=State.MERGED)
    return events.order_by("-at", "-id").values_list("at", flat=True).first()
