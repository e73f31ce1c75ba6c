"""Incidents and all that belongs to them; reference data in reference.py, rules in rule_rows.py."""

from incidents.models.applications import Application, ApprovalStep, Suspension, SuspensionReview
from incidents.models.calendar import CalendarDay, WorkShift
from incidents.models.clocks import Clock, ClockStep
from incidents.models.events import IncidentEvent
from incidents.models.incidents import Incident
from incidents.models.participations import Participation
from incidents.models.photos import Photo
from incidents.models.reference import Category, CheckShare, ProcedureRule, TimeLimit, WhistleLimit
from incidents.models.rule_rows import RaisingCondition, RoutingRule
from incidents.models.watching import ReturnSlip, Supervision
from incidents.models.whistles import Whistle, WhistleResponse

__all__ = [
    "Application",
    "ApprovalStep",
    "CalendarDay",
    "Category",
    "CheckShare",
    "Clock",
    "ClockStep",
    "Incident",
    "IncidentEvent",
    "Participation",
    "Photo",
    "ProcedureRule",
    "RaisingCondition",
    "ReturnSlip",
    "RoutingRule",
    "Supervision",
    "Suspension",
    "SuspensionReview",
    "TimeLimit",
    "Whistle",
    "WhistleLimit",
    "WhistleResponse",
    "WorkShift",
]
