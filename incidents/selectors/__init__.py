"""Reading incidents: never changes anything, never decides anything."""

from incidents.selectors.actions import Action, actions_for, actions_of
from incidents.selectors.clocks import running_clocks
from incidents.selectors.explain import explain_reasons
from incidents.selectors.lookup import incident_by_lookup
from incidents.selectors.people import Person, responsible_people
from incidents.selectors.timeline import TimelineEntry, timeline_of

__all__ = [
    "Action",
    "Person",
    "TimelineEntry",
    "actions_for",
    "actions_of",
    "explain_reasons",
    "incident_by_lookup",
    "responsible_people",
    "running_clocks",
    "timeline_of",
]
