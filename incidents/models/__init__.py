"""Incidents and all that belongs to them; reference data in reference.py, rules in rule_rows.py."""

from incidents.models.calendar import CalendarDay, WorkShift
from incidents.models.clocks import Clock, ClockStep
from incidents.models.events import IncidentEvent
from incidents.models.incidents import Incident
from incidents.models.participations import Participation
from incidents.models.photos import Photo
from incidents.models.reference import Category, TimeLimit, WhistleLimit
from incidents.models.rule_rows import RaisingCondition, RoutingRule
from incidents.models.texts import IncidentText
from incidents.models.whistles import Whistle, WhistleResponse

__all__ = [
    "CalendarDay",
    "Category",
    "Clock",
    "ClockStep",
    "Incident",
    "IncidentEvent",
    "IncidentText",
    "Participation",
    "Photo",
    "RaisingCondition",
    "RoutingRule",
    "TimeLimit",
    "Whistle",
    "WhistleLimit",
    "WhistleResponse",
    "WorkShift",
]
