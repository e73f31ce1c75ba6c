"""The words the rules are written in: enumerations whose values are stored, sent and translated.

A value, once released, is never renamed; labels live with the user interface, not here.
"""

from enum import StrEnum, unique


@unique
class Colour(StrEnum):
    """Triage colour of an incident, most pressing first. Source: R-01."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    BLUE = "blue"

    @property
    def rank(self) -> int:
        """1 for red to 4 for blue, so that sorting by rank puts the most pressing first."""
        return _COLOUR_RANKS[self]

    def outranks(self, other: "Colour") -> bool:
        """Tell whether this colour is more pressing than the other."""
        return self.rank < other.rank


_COLOUR_RANKS = {colour: position for position, colour in enumerate(Colour, start=1)}


@unique
class Level(StrEnum):
    """Where an incident is owned, lowest first. Source: R-20."""

    GRID = "grid"
    COMMUNITY = "community"
    STREET = "street"
    DEPARTMENT = "department"
    CITY = "city"


@unique
class State(StrEnum):
    """Where an incident stands in its life cycle, in the order it usually passes. Source: R-40."""

    REPORTED = "reported"
    ACCEPTED = "accepted"
    REGISTERED = "registered"
    DISPATCHED = "dispatched"
    RETURNED = "returned"
    SIGNED = "signed"
    HANDLING = "handling"
    WHISTLED = "whistled"
    SUSPENDED = "suspended"
    FEEDBACK = "feedback"
    VERIFYING = "verifying"
    RECTIFYING = "rectifying"
    CLOSED = "closed"
    CALLBACK = "callback"
    EVALUATED = "evaluated"
    ARCHIVED = "archived"
    MERGED = "merged"
    NOT_ACCEPTED = "not_accepted"


@unique
class ClockKind(StrEnum):
    """What a running limit waits for. Source: R-30."""

    SIGN = "sign"
    CONTACT = "contact"
    ARRIVE = "arrive"
    REPORT = "report"
    RESOLVE = "resolve"
    VERIFY = "verify"
    CALLBACK = "callback"
    RECTIFY = "rectify"
    REVIEW = "review"


@unique
class Unit(StrEnum):
    """The four units of a limit; minutes are a way of writing clock hours. Source: R-31."""

    HOURS = "hours"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"


@unique
class DayKind(StrEnum):
    """What the calendar table says about a date that differs from the weekly pattern."""

    WORK = "work"
    REST = "rest"


@unique
class Importance(StrEnum):
    """How much is at stake."""

    HIGH = "high"
    LOW = "low"


@unique
class Urgency(StrEnum):
    """How little time there is."""

    HIGH = "high"
    LOW = "low"


@unique
class Channel(StrEnum):
    """How an incident came in."""

    GRID_WORKER = "grid_worker"
    PATROL = "patrol"
    RESIDENT_QR = "resident_qr"
    RESIDENT_WEB = "resident_web"
    RESIDENT_APP = "resident_app"
    OFFICIAL_ACCOUNT = "official_account"
    HOTLINE = "hotline"
    LOCAL_HOTLINE = "local_hotline"
    MEETING = "meeting"
    TALK = "talk"
    VISIT = "visit"
    TRANSFER = "transfer"
    DEVICE = "device"
    VIDEO = "video"
    SUPERIOR = "superior"
    PETITION = "petition"
    MEDIA = "media"


@unique
class WhistleKind(StrEnum):
    """How hard the street calls, mildest first. Source: R-50."""

    ROUTINE = "routine"
    TOUGH = "tough"
    EMERGENCY = "emergency"

    def outranks(self, other: "WhistleKind") -> bool:
        """Tell whether this kind calls harder than the other. Source: R-56."""
        kinds = list(WhistleKind)
        return kinds.index(self) > kinds.index(other)


@unique
class WhistleGround(StrEnum):
    """Why the street may call at all. Source: R-50."""

    STUBBORN = "stubborn"
    JOINT_ENFORCEMENT = "joint_enforcement"
    EMERGENCY = "emergency"


@unique
class WhistleDutyKind(StrEnum):
    """What the street itself owes after some kinds of whistle. Source: R-59."""

    MEETING = "meeting"
    PLAN = "plan"


@unique
class Ruling(StrEnum):
    """What the grid office decides on a contested refusal. Source: R-58."""

    KEPT = "kept"
    RELEASED = "released"


@unique
class SessionMode(StrEnum):
    """How several units work on one matter together. Source: R-59."""

    JOINT_MEETING = "joint_meeting"
    ON_SITE = "on_site"
    TASK_FORCE = "task_force"
    CONSULTATION = "consultation"


@unique
class Verdict(StrEnum):
    """What the reporter says of the result. Source: R-53."""

    SATISFIED = "satisfied"
    BASICALLY = "basically"
    DISSATISFIED = "dissatisfied"


@unique
class CallOutcome(StrEnum):
    """How one attempt to ring a reporter ended. Source: R-146."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    REFUSED = "refused"


@unique
class Trigger(StrEnum):
    """What raises an incident to a higher level: a person, or a clock that ran out."""

    TIME = "time"
    HAND = "hand"


@unique
class Pending(StrEnum):
    """What an owner has applied for and nobody has decided yet. Source: R-120."""

    EXTENSION = "extension"
    SUSPENSION = "suspension"


@unique
class Procedure(StrEnum):
    """What a city sets for its procedures; the values are rows that staff edit."""

    RETURN_WITHIN = "return_within"
    RETURNS_TO_ARBITRATION = "returns_to_arbitration"
    EXTENSION_LONGEST = "extension_longest"
    EXTENSIONS_AT_MOST = "extensions_at_most"
    REVIEW_LONGEST = "review_longest"
    URGES_PER_DAY = "urges_per_day"
    WEIGHT_RESPONSE = "weight_response"
    WEIGHT_RESOLUTION = "weight_resolution"
    WEIGHT_SATISFACTION = "weight_satisfaction"
    WHISTLE_FEW = "whistle_few"
    WHISTLE_MANY = "whistle_many"
    WHISTLE_ENOUGH = "whistle_enough"


@unique
class ApplicationState(StrEnum):
    """How far an application has come; lapsed: the work was over before anybody decided."""

    PENDING = "pending"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


@unique
class AppealAbout(StrEnum):
    """What a unit asks to leave out of its figures: the whole case, or what reporters said of it."""

    CASE = "case"
    VERDICT = "verdict"


@unique
class StepDecision(StrEnum):
    """What one approver said."""

    AGREED = "agreed"
    REFUSED = "refused"


@unique
class SuspensionKind(StrEnum):
    """Why work may be set aside at all. Source: R-125."""

    SEASONAL = "seasonal"
    WORKS = "works"


@unique
class Approver(StrEnum):
    """Who decides one step of an application. Source: R-123."""

    OWN_LEADER = "own_leader"
    DISPATCHING = "dispatching"
    GRID_OFFICE = "grid_office"


@unique
class Refused(StrEnum):
    """How far a called department's refusal has gone: stated, contested by the street, or settled."""

    NOT = "not"
    STATED = "stated"
    CONTESTED = "contested"
    SETTLED = "settled"


@unique
class Party(StrEnum):
    """In which capacity someone acts on one incident; one person may hold several. Source: R-41."""

    REPORTER = "reporter"
    OWNER = "owner"
    DISPATCHER = "dispatcher"
    STREET_LEADER = "street_leader"
    STREET_STAFF = "street_staff"
    WHISTLED_DEPARTMENT = "whistled_department"
    TASK_UNIT = "task_unit"
    CHECKER = "checker"
    APPLICANT = "applicant"
    APPROVER = "approver"
    ARBITRATOR = "arbitrator"
    SYSTEM = "system"


@unique
class Verb(StrEnum):
    """Everything that can be done to an incident; the rows of the workflow table. Source: R-42."""

    FILE = "file"
    SELF_HANDLE = "self_handle"
    ACCEPT = "accept"
    REGISTER = "register"
    DISPATCH = "dispatch"
    SIGN = "sign"
    CONTACT = "contact"
    ARRIVE = "arrive"
    PROGRESS = "progress"
    START = "start"
    FINISH = "finish"
    ESCALATE = "escalate"
    REASSIGN = "reassign"
    REJECT = "reject"
    RETURN = "return"
    ARBITRATE = "arbitrate"
    REQUEST_EXTENSION = "request_extension"
    GRANT_EXTENSION = "grant_extension"
    REFUSE_EXTENSION = "refuse_extension"
    REQUEST_SUSPENSION = "request_suspension"
    GRANT_SUSPENSION = "grant_suspension"
    REFUSE_SUSPENSION = "refuse_suspension"
    ENDORSE = "endorse"
    WITHDRAW = "withdraw"
    REVIEW_SUSPENSION = "review_suspension"
    RESUME = "resume"
    WHISTLE = "whistle"
    WHISTLE_SIGN = "whistle_sign"
    WHISTLE_REPORT_IN = "whistle_report_in"
    WHISTLE_REPORT_DONE = "whistle_report_done"
    WHISTLE_CHANGE = "whistle_change"
    WHISTLE_UPGRADE = "whistle_upgrade"
    WHISTLE_REFUSE = "whistle_refuse"
    WHISTLE_RELEASE = "whistle_release"
    WHISTLE_UPHOLD = "whistle_uphold"
    WHISTLE_ARBITRATE = "whistle_arbitrate"
    HOLD_SESSION = "hold_session"
    FINISH_TASK = "finish_task"
    DRAW_CHECK = "draw_check"
    CLOSE = "close"
    CONFIRM_CHECK = "confirm_check"
    FAIL_CHECK = "fail_check"
    CALL_BACK = "call_back"
    ASK_RESIDENT = "ask_resident"
    JUDGE_SATISFIED = "judge_satisfied"
    JUDGE_BASICALLY = "judge_basically"
    JUDGE_DISSATISFIED = "judge_dissatisfied"
    CLOSE_UNANSWERED = "close_unanswered"
    REOPEN = "reopen"
    ARCHIVE = "archive"
    MERGE = "merge"
    UNMERGE = "unmerge"
    URGE = "urge"
    SUPERVISE = "supervise"
    REPLY_SUPERVISION = "reply_supervision"
    LIFT_SUPERVISION = "lift_supervision"
    APPEAL = "appeal"
    GRANT_APPEAL = "grant_appeal"
    REFUSE_APPEAL = "refuse_appeal"
    WARN = "warn"
    COMMENT = "comment"
