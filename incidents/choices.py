"""The labels of the rules' vocabulary: values come from incidents.rules.vocabulary, words are given here."""

from enum import StrEnum, unique
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incidents.rules.rates import LeftOut, Rate
from incidents.rules.vocabulary import (
    AppealAbout,
    ApplicationState,
    Approver,
    CallOutcome,
    Channel,
    ClockKind,
    Colour,
    DayKind,
    Importance,
    Level,
    Pending,
    Procedure,
    Refused,
    Ruling,
    SessionMode,
    State,
    StepDecision,
    SuspensionKind,
    Urgency,
    Verb,
    Verdict,
    WhistleDutyKind,
    WhistleGround,
    WhistleKind,
)
from organizations.choices import AREA_ROLES, Role

Choices = list[tuple[str, Promise]]


@unique
class RuleSetStatus(StrEnum):
    """Where a version of the rules stands. Source: R-70."""

    DRAFT = "draft"
    ACTIVE = "active"
    RETIRED = "retired"


@unique
class SimulationStatus(StrEnum):
    """Where a simulation stands; stopped ones name no result."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"


COLOURS: Choices = [
    (Colour.RED, _("red")),
    (Colour.ORANGE, _("orange")),
    (Colour.YELLOW, _("yellow")),
    (Colour.BLUE, _("blue")),
]
LEVELS: Choices = [
    (Level.GRID, _("grid")),
    (Level.COMMUNITY, _("community")),
    (Level.STREET, _("street")),
    (Level.DEPARTMENT, _("department")),
    (Level.CITY, _("city")),
]
STATES: Choices = [
    (State.REPORTED, _("reported")),
    (State.ACCEPTED, _("accepted")),
    (State.REGISTERED, _("registered")),
    (State.DISPATCHED, _("waiting to be signed for")),
    (State.RETURNED, _("given back")),
    (State.SIGNED, _("signed for")),
    (State.HANDLING, _("being handled")),
    (State.WHISTLED, _("whistled")),
    (State.SUSPENDED, _("set aside")),
    (State.FEEDBACK, pgettext_lazy("state", "reported done")),
    (State.VERIFYING, _("being checked")),
    (State.RECTIFYING, _("being rectified")),
    (State.CLOSED, _("closed")),
    (State.CALLBACK, _("waiting for the verdict")),
    (State.EVALUATED, _("judged")),
    (State.ARCHIVED, _("filed away")),
    (State.MERGED, _("merged")),
    (State.NOT_ACCEPTED, _("not accepted")),
]
CLOCK_KINDS: Choices = [
    (ClockKind.SIGN, _("signing")),
    (ClockKind.CONTACT, _("contacting the reporter")),
    (ClockKind.ARRIVE, _("reporting in")),
    (ClockKind.REPORT, _("feedback")),
    (ClockKind.RESOLVE, _("handling limit")),
    (ClockKind.VERIFY, _("check")),
    (ClockKind.CALLBACK, _("verdict")),
    (ClockKind.RECTIFY, _("rectification")),
    (ClockKind.REVIEW, _("review of a suspended case")),
]
PENDING: Choices = [
    (Pending.EXTENSION, _("more time")),
    (Pending.SUSPENSION, _("setting aside")),
]
SUSPENSION_KINDS: Choices = [
    (SuspensionKind.SEASONAL, _("bound to the season")),
    (SuspensionKind.WORKS, _("waiting for engineering works")),
]
PROCEDURES: Choices = [
    (Procedure.RETURN_WITHIN, _("may be given back within")),
    (Procedure.RETURNS_TO_ARBITRATION, _("given back so often, the grid office decides")),
    (Procedure.EXTENSION_LONGEST, _("one extension at most")),
    (Procedure.EXTENSIONS_AT_MOST, _("extensions of one case at most")),
    (Procedure.REVIEW_LONGEST, _("a suspended case is reviewed at least every")),
    (Procedure.URGES_PER_DAY, _("a reporter may urge so often a day")),
    (Procedure.WEIGHT_RESPONSE, _("weight of the response rate")),
    (Procedure.WEIGHT_RESOLUTION, _("weight of the resolution rate")),
    (Procedure.WEIGHT_SATISFACTION, _("weight of the satisfaction rate")),
    (Procedure.WHISTLE_FEW, _("whistle rate in percent below which a street hardly ever whistles")),
    (Procedure.WHISTLE_MANY, _("whistle rate in percent above which a street whistles very often")),
    (Procedure.WHISTLE_ENOUGH, _("cases from which on a whistle rate is judged")),
]
APPEAL_ABOUT: Choices = [
    (AppealAbout.CASE, _("the whole case")),
    (AppealAbout.VERDICT, _("what reporters said of it")),
]
RATES: Choices = [
    (Rate.RESPONSE, _("Response rate")),
    (Rate.RESOLUTION, _("Resolution rate")),
    (Rate.SATISFACTION, _("Satisfaction rate")),
    (Rate.ON_TIME_FIRST, _("On time, first limit")),
    (Rate.ON_TIME_EXTENDED, _("On time, limit as extended")),
    (Rate.COMPLETION, _("Completion rate")),
    (Rate.WHISTLE, _("Whistle rate")),
    (Rate.RETURN, _("Return rate")),
]
LEFT_OUT: Choices = [
    (LeftOut.MERGED, _("merged into another case")),
    (LeftOut.NOT_ACCEPTED, _("not accepted")),
    (LeftOut.APPEALED, _("left out after an appeal")),
    (LeftOut.SUSPENDED, _("set aside")),
    (LeftOut.NOT_REGISTERED, _("not registered")),
    (LeftOut.NOT_DISPATCHED, _("never dispatched")),
    (LeftOut.NO_CONTACT_LIMIT, _("nobody had to be contacted")),
    (LeftOut.CONTACT_RUNS, _("time to make contact still runs")),
    (LeftOut.RUNS_FIRST, _("first limit still runs")),
    (LeftOut.RUNS_EXTENDED, _("extended limit still runs")),
    (LeftOut.WAITING, _("answer still awaited")),
    (LeftOut.UNANSWERED, _("no answer given")),
    (LeftOut.NOBODY_TO_ASK, _("closed, and nobody was asked")),
]
APPLICATION_STATES: Choices = [
    (ApplicationState.PENDING, _("waiting for a decision")),
    (ApplicationState.GRANTED, _("granted")),
    (ApplicationState.REFUSED, _("refused")),
    (ApplicationState.WITHDRAWN, _("withdrawn")),
    (ApplicationState.LAPSED, _("lapsed, the work was over")),
]
STEP_DECISIONS: Choices = [(StepDecision.AGREED, _("agreed")), (StepDecision.REFUSED, _("refused"))]
APPROVERS: Choices = [
    (Approver.OWN_LEADER, _("the unit's own leader")),
    (Approver.DISPATCHING, _("the dispatching unit's leader")),
    (Approver.GRID_OFFICE, _("the city grid office")),
]
WEEKDAYS: list[tuple[int, Promise]] = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]
LADDER_STEPS: list[tuple[int, Promise]] = [
    (1, _("warning")),
    (2, _("run out")),
    (3, _("first reminder")),
    (4, _("second reminder")),
    (5, _("third reminder")),
    (6, _("fourth reminder")),
]
DAY_KINDS: Choices = [(DayKind.WORK, _("working day")), (DayKind.REST, _("day off"))]
IMPORTANCES: Choices = [(Importance.HIGH, _("important")), (Importance.LOW, _("not important"))]
URGENCIES: Choices = [(Urgency.HIGH, _("urgent")), (Urgency.LOW, _("not urgent"))]
CHANNELS: Choices = [
    (Channel.GRID_WORKER, _("grid worker")),
    (Channel.PATROL, _("patrol")),
    (Channel.RESIDENT_QR, _("resident by QR code")),
    (Channel.RESIDENT_WEB, _("resident on the web")),
    (Channel.RESIDENT_APP, _("resident by mini program")),
    (Channel.OFFICIAL_ACCOUNT, _("official account")),
    (Channel.HOTLINE, _("hotline 12345")),
    (Channel.LOCAL_HOTLINE, _("local hotline")),
    (Channel.MEETING, _("community meeting day")),
    (Channel.TALK, _("resident talk day")),
    (Channel.VISIT, _("home visit")),
    (Channel.TRANSFER, _("transferred by a department")),
    (Channel.DEVICE, _("device")),
    (Channel.VIDEO, _("video recognition")),
    (Channel.SUPERIOR, _("assigned from above")),
    (Channel.PETITION, _("petition")),
    (Channel.MEDIA, _("media")),
]
WHISTLE_KINDS: Choices = [
    (WhistleKind.ROUTINE, _("routine whistle")),
    (WhistleKind.TOUGH, _("tough-case whistle")),
    (WhistleKind.EMERGENCY, _("emergency whistle")),
]
WHISTLE_GROUNDS: Choices = [
    (WhistleGround.STUBBORN, _("stubborn problem of residents")),
    (WhistleGround.JOINT_ENFORCEMENT, _("joint enforcement")),
    (WhistleGround.EMERGENCY, _("emergency")),
]
WHISTLE_DUTIES: Choices = [
    (WhistleDutyKind.MEETING, _("joint meeting")),
    (WhistleDutyKind.PLAN, _("plan with tasks")),
]
REFUSALS: Choices = [
    (Refused.NOT, _("not refused")),
    (Refused.STATED, _("refused, the street decides")),
    (Refused.CONTESTED, _("refused, the grid office decides")),
    (Refused.SETTLED, _("refusal settled")),
]
RULINGS: Choices = [
    (Ruling.KEPT, _("the department stays called")),
    (Ruling.RELEASED, _("the department is released")),
]
SESSION_MODES: Choices = [
    (SessionMode.JOINT_MEETING, _("joint meeting")),
    (SessionMode.ON_SITE, _("work on site")),
    (SessionMode.TASK_FORCE, _("task force")),
    (SessionMode.CONSULTATION, _("consultation on a hard case")),
]
VERDICTS: Choices = [
    (Verdict.SATISFIED, _("satisfied")),
    (Verdict.BASICALLY, _("basically satisfied")),
    (Verdict.DISSATISFIED, _("dissatisfied")),
]
CALL_OUTCOMES: Choices = [
    (CallOutcome.REACHED, _("reached")),
    (CallOutcome.NOT_REACHED, _("nobody answered")),
    (CallOutcome.REFUSED, _("does not want to be asked")),
]
VERBS: Choices = [
    (Verb.FILE, _("Report")),
    (Verb.SELF_HANDLE, _("Settled on the spot")),
    (Verb.ACCEPT, _("Accept")),
    (Verb.REGISTER, _("Register")),
    (Verb.DISPATCH, _("Dispatch")),
    (Verb.SIGN, _("Sign for")),
    (Verb.CONTACT, _("Contacted the reporter")),
    (Verb.ARRIVE, _("Arrived on site")),
    (Verb.PROGRESS, _("Report progress")),
    (Verb.START, _("Start handling")),
    (Verb.FINISH, _("Report as done")),
    (Verb.ESCALATE, _("Escalate")),
    (Verb.REASSIGN, _("Reassign")),
    (Verb.REJECT, _("Not accept")),
    (Verb.RETURN, _("Give back")),
    (Verb.ARBITRATE, _("Decide who handles it")),
    (Verb.REQUEST_EXTENSION, _("Ask for more time")),
    (Verb.GRANT_EXTENSION, _("Grant more time")),
    (Verb.REFUSE_EXTENSION, _("Refuse more time")),
    (Verb.REQUEST_SUSPENSION, _("Ask to set it aside")),
    (Verb.GRANT_SUSPENSION, _("Set it aside")),
    (Verb.REFUSE_SUSPENSION, _("Refuse to set it aside")),
    (Verb.ENDORSE, _("Approve and pass on")),
    (Verb.WITHDRAW, _("Withdraw the application")),
    (Verb.REVIEW_SUSPENSION, _("Record a review")),
    (Verb.RESUME, _("Take up again")),
    (Verb.WHISTLE, _("Blow the whistle")),
    (Verb.WHISTLE_SIGN, _("Answer the whistle")),
    (Verb.WHISTLE_REPORT_IN, _("Report in")),
    (Verb.WHISTLE_REPORT_DONE, _("Report our part as done")),
    (Verb.WHISTLE_CHANGE, _("Change who is called")),
    (Verb.WHISTLE_UPGRADE, _("Raise the whistle")),
    (Verb.WHISTLE_REFUSE, _("Refuse the whistle")),
    (Verb.WHISTLE_RELEASE, _("Release the department")),
    (Verb.WHISTLE_UPHOLD, _("Uphold the call")),
    (Verb.WHISTLE_ARBITRATE, _("Decide on the refusal")),
    (Verb.HOLD_SESSION, _("Record a joint session")),
    (Verb.FINISH_TASK, _("Report a task as done")),
    (Verb.DRAW_CHECK, _("Drawn for a check")),
    (Verb.CLOSE, _("Close")),
    (Verb.CONFIRM_CHECK, _("Confirm the result")),
    (Verb.FAIL_CHECK, _("Not done: send back")),
    (Verb.CALL_BACK, _("Call the reporter back")),
    (Verb.ASK_RESIDENT, _("Ask the resident")),
    (Verb.JUDGE_SATISFIED, _("Satisfied")),
    (Verb.JUDGE_BASICALLY, _("Basically satisfied")),
    (Verb.JUDGE_DISSATISFIED, _("Dissatisfied")),
    (Verb.CLOSE_UNANSWERED, _("Close without an answer")),
    (Verb.REOPEN, _("Reopen")),
    (Verb.ARCHIVE, _("File away")),
    (Verb.MERGE, _("Merge into another")),
    (Verb.UNMERGE, _("Separate again")),
    (Verb.URGE, _("Urge")),
    (Verb.SUPERVISE, _("Supervise")),
    (Verb.REPLY_SUPERVISION, _("Answer the supervision")),
    (Verb.LIFT_SUPERVISION, _("Lift the supervision")),
    (Verb.APPEAL, _("Appeal against being counted")),
    (Verb.GRANT_APPEAL, _("Leave it out of the figures")),
    (Verb.REFUSE_APPEAL, _("Keep it in the figures")),
    (Verb.WARN, _("Warn of the limit")),
    (Verb.COMMENT, _("Comment")),
]
# Bodies at the place itself, which a category may name like a department but the tree does not hold as one.
LOCAL_BODIES: Choices = [
    ("D56", _("street office or town government")),
    ("D57", _("community or village committee")),
    ("D58", _("property management company")),
]
FLAGS: Choices = [("danger", _("somebody is in danger"))]
# Who may be named to see a secret category: everybody who sees incidents at all. Source: R-107.
SECRET_ROLES: list[tuple[str, Any]] = [
    (role.value, role.label) for role in Role if role in AREA_ROLES or role is Role.GRID_WORKER
]
RULE_SET_STATUSES: Choices = [
    (RuleSetStatus.DRAFT, pgettext_lazy("rule set", "draft")),
    (RuleSetStatus.ACTIVE, pgettext_lazy("rule set", "in force")),
    (RuleSetStatus.RETIRED, pgettext_lazy("rule set", "replaced")),
]
SIMULATION_STATUSES: Choices = [
    (SimulationStatus.RUNNING, pgettext_lazy("simulation", "running")),
    (SimulationStatus.DONE, pgettext_lazy("simulation", "finished")),
    (SimulationStatus.STOPPED, pgettext_lazy("simulation", "stopped")),
]
