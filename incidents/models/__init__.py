"""Incidents and all that belongs to them; reference data in reference.py, rules in rule_rows.py."""

from incidents.models.applications import Application, ApprovalStep, Suspension, SuspensionReview
from incidents.models.calendar import CalendarDay, UnitCalendar, WorkShift
from incidents.models.clocks import Clock, ClockStep
from incidents.models.desk import DeskDraft
from incidents.models.duty import DutyShift, QuietHours
from incidents.models.events import IncidentEvent
from incidents.models.figures import FigureAppeal, FigureRow, FigureSnapshot
from incidents.models.imports import ImportJob, ImportOutcome, ImportRow
from incidents.models.incidents import Incident
from incidents.models.ladders import EscalationLadder, LadderStep
from incidents.models.participations import Participation
from incidents.models.photos import Photo
from incidents.models.reference import Category, CheckShare, ProcedureRule, TimeLimit, WhistleLimit
from incidents.models.rule_rows import RaisingCondition, RoutingRule
from incidents.models.rule_sets import RuleSet
from incidents.models.sessions import Session, SessionTask
from incidents.models.simulations import SimulatedChange, Simulation
from incidents.models.texts import IncidentText
from incidents.models.verdicts import CallAttempt, VerdictReason, VerdictRound
from incidents.models.watching import ReturnSlip, Supervision
from incidents.models.whistles import Whistle, WhistleDuty, WhistleItem, WhistleResponse

__all__ = [
    "Application",
    "ApprovalStep",
    "CalendarDay",
    "CallAttempt",
    "Category",
    "CheckShare",
    "Clock",
    "ClockStep",
    "DeskDraft",
    "DutyShift",
    "EscalationLadder",
    "FigureAppeal",
    "FigureRow",
    "FigureSnapshot",
    "ImportJob",
    "ImportOutcome",
    "ImportRow",
    "Incident",
    "IncidentEvent",
    "IncidentText",
    "LadderStep",
    "Participation",
    "Photo",
    "ProcedureRule",
    "QuietHours",
    "RaisingCondition",
    "ReturnSlip",
    "RoutingRule",
    "RuleSet",
    "Session",
    "SessionTask",
    "SimulatedChange",
    "Simulation",
    "Supervision",
    "Suspension",
    "SuspensionReview",
    "TimeLimit",
    "UnitCalendar",
    "VerdictReason",
    "VerdictRound",
    "Whistle",
    "WhistleDuty",
    "WhistleItem",
    "WhistleLimit",
    "WhistleResponse",
    "WorkShift",
]
