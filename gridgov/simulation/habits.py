"""What somebody does who looks at a case: one step of the workflow table, drawn from how people behave.

Nothing here decides what is allowed: the services do, and a refusal is part of the simulation.
"""

from collections.abc import Callable, Mapping

from core import clock
from gridgov.simulation.acts import Act, Doing, act
from gridgov.simulation.case import Case
from gridgov.simulation.profile import Habit
from gridgov.simulation.verdict_habits import asked, over
from gridgov.simulation.whistle_habits import whistled
from incidents.approvers import pending_application
from incidents.models import Incident
from incidents.rules.vocabulary import Colour, Level, Pending, State, Verb


def next_doing(case: Case, incident: Incident) -> Doing:
    """Return what is done now; None where nobody does anything any more."""
    if incident.pending_application:
        return _decision(case, incident)
    if incident.appeal_waits:
        return act(Verb.GRANT_APPEAL if case.does(Habit.APPEAL_GRANTED) else Verb.REFUSE_APPEAL)
    waits = _supervision(case, incident)
    return waits or _BY_STATE[State(incident.state)](case, incident)


def _decision(case: Case, incident: Incident) -> Act:
    application = pending_application(incident)
    if application is not None and application.steps_left:
        return act(Verb.ENDORSE)
    if incident.pending_application == Pending.EXTENSION:
        return act(Verb.GRANT_EXTENSION if case.does(Habit.GETS_TIME) else Verb.REFUSE_EXTENSION)
    return act(Verb.GRANT_SUSPENSION if case.does(Habit.GETS_SET_ASIDE) else Verb.REFUSE_SUSPENSION)


def _supervision(case: Case, incident: Incident) -> Act | None:
    in_hand = incident.state in (State.SIGNED, State.HANDLING, State.RECTIFYING)
    if not incident.is_supervised or not in_hand:
        return None
    if case.does_once(Habit.ANSWERS_SUPERVISION):
        case.done.add("answered")
        return act(Verb.REPLY_SUPERVISION)
    if "answered" in case.done and incident.street_id is not None and case.once("lifted"):
        return act(Verb.LIFT_SUPERVISION)
    return None


def _reported(_case: Case, _incident: Incident) -> Act:
    return act(Verb.ACCEPT)


def _accepted(_case: Case, _incident: Incident) -> Act:
    return act(Verb.REGISTER)


def _registered(_case: Case, _incident: Incident) -> Act:
    return act(Verb.DISPATCH)


def _dispatched(case: Case, incident: Incident) -> Act:
    level = Level(incident.owner_level)
    if case.story.course.together and case.once("merging") and case.does(Habit.MERGES):
        return act(Verb.MERGE)
    if level is Level.DEPARTMENT and not incident.was_arbitrated and incident.return_until is not None:
        habit = Habit.GIVES_BACK_AGAIN if incident.return_count else Habit.GIVES_BACK
        if clock.now() <= incident.return_until and case.does_once(habit):
            return act(Verb.RETURN, "again" if incident.return_count else "")
    if level is Level.COMMUNITY and case.does_once(Habit.REJECTS):
        return act(Verb.REJECT)
    return act(Verb.SIGN)


def _returned(_case: Case, incident: Incident) -> Act:
    return act(Verb.ARBITRATE) if incident.arbitration_due else act(Verb.DISPATCH, "again")


def _signed(case: Case, incident: Incident) -> Act:
    if _can_be_rung(incident) and case.does_once(Habit.CALLS_REPORTER):
        return act(Verb.CONTACT)
    return act(Verb.START)


def _can_be_rung(incident: Incident) -> bool:
    return bool(incident.reporter_phone_sealed) or incident.reporter_id is not None


def _handling(case: Case, incident: Incident) -> Act:
    """Rise where the level cannot do it, ask for more time or to set it aside, else report it done."""
    risen = _ABOVE[Level(incident.owner_level)](case, incident)
    if risen is not None:
        return risen
    if incident.owner_level not in (Level.GRID, Level.CITY):  # nobody stands above the city
        if clock.now() < incident.first_due_at and case.does_once(Habit.ASKS_FOR_TIME):
            return act(Verb.REQUEST_EXTENSION)
        if case.does_once(Habit.ASKS_TO_SET_ASIDE):
            return act(Verb.REQUEST_SUSPENSION)
    if case.does_once(Habit.REPORTS_PROGRESS):
        return act(Verb.PROGRESS)
    return act(Verb.FINISH)


def _at_grid(case: Case, _incident: Incident) -> Act | None:
    return act(Verb.ESCALATE) if case.does_once(Habit.RISES_FROM_GRID) else None


def _at_community(case: Case, _incident: Incident) -> Act | None:
    return act(Verb.ESCALATE) if case.does_once(Habit.RISES_FROM_COMMUNITY) else None


def _at_street(case: Case, incident: Incident) -> Act | None:
    if not case.once("street"):
        return None
    if not case.does(Habit.WHISTLES):
        return act(Verb.REASSIGN)
    if incident.colour == Colour.RED:
        return act(Verb.WHISTLE, "at once")
    return act(Verb.WHISTLE, "hard" if case.does(Habit.WHISTLES_HARD) else "")


def _stays(_case: Case, _incident: Incident) -> None:
    return None


_ABOVE: Mapping[Level, Callable[[Case, Incident], Act | None]] = {
    Level.GRID: _at_grid,
    Level.COMMUNITY: _at_community,
    Level.STREET: _at_street,
    Level.DEPARTMENT: _stays,
    Level.CITY: _stays,
}


def _verifying(case: Case, _incident: Incident) -> Act:
    return act(Verb.FAIL_CHECK if case.does_once(Habit.FAILS_CHECK) else Verb.CONFIRM_CHECK)


def _rectifying(case: Case, incident: Incident) -> Act:
    if incident.is_whistled:
        return whistled(case, incident)
    return act(Verb.FINISH)


def _suspended(case: Case, _incident: Incident) -> Act:
    return act(Verb.REVIEW_SUSPENSION if case.once("reviewed") else Verb.RESUME)


def _nothing(_case: Case, _incident: Incident) -> None:
    return None


_BY_STATE: Mapping[State, Callable[[Case, Incident], Doing]] = {
    State.REPORTED: _reported,
    State.ACCEPTED: _accepted,
    State.REGISTERED: _registered,
    State.DISPATCHED: _dispatched,
    State.RETURNED: _returned,
    State.SIGNED: _signed,
    State.HANDLING: _handling,
    State.WHISTLED: whistled,
    State.SUSPENDED: _suspended,
    State.FEEDBACK: _nothing,
    State.VERIFYING: _verifying,
    State.RECTIFYING: _rectifying,
    State.CLOSED: over,
    State.CALLBACK: asked,
    State.EVALUATED: over,
    State.ARCHIVED: _nothing,
    State.MERGED: _nothing,
    State.NOT_ACCEPTED: _nothing,
}
