"""What reporters say when they are asked, on the page or on the telephone, and what follows from it."""

from collections.abc import Mapping

from gridgov.demo.cast import RESIDENT_CHANNELS
from gridgov.simulation.acts import Act, Call, Doing, act
from gridgov.simulation.case import Case
from gridgov.simulation.profile import Habit
from incidents.models import Incident
from incidents.rules.vocabulary import CallOutcome, Verb, Verdict
from incidents.selectors.callbacks import open_round

_VERDICT_OF: Mapping[Verb, Verdict] = {
    Verb.JUDGE_SATISFIED: Verdict.SATISFIED,
    Verb.JUDGE_BASICALLY: Verdict.BASICALLY,
    Verb.JUDGE_DISSATISFIED: Verdict.DISSATISFIED,
}


def asked(case: Case, incident: Incident) -> Doing:
    """Answer on the page, or on the telephone when reached; else nobody does and the limit ends it."""
    this_time = f"asked {incident.rework_count}"
    if incident.channel in RESIDENT_CHANNELS and case.once(this_time) and case.does(Habit.ANSWERS):
        return _judgement(case, incident)
    if not incident.reporter_phone_sealed:
        return _judgement(case, incident) if incident.channel not in RESIDENT_CHANNELS else None
    waiting = open_round(incident)
    if waiting is None or waiting.call_after is None:
        return None  # the desk has given up on them
    if not case.does(Habit.IS_REACHED):
        return Call(CallOutcome.NOT_REACHED)
    said = _judgement(case, incident)
    return Call(CallOutcome.REACHED, _VERDICT_OF[said.verb], said.given)


def _judgement(case: Case, incident: Incident) -> Act:
    late = incident.handled_at is not None and incident.handled_at > incident.first_due_at
    content = Habit.IS_CONTENT_LATE if late else Habit.IS_CONTENT
    if case.does(Habit.IS_CONTENT_AGAIN if incident.rework_count else content):
        return act(Verb.JUDGE_BASICALLY if case.does(Habit.IS_ONLY_BASICALLY) else Verb.JUDGE_SATISFIED)
    return act(Verb.JUDGE_DISSATISFIED, "solved" if case.does(Habit.SAW_IT_SOLVED) else "")


def over(case: Case, incident: Incident) -> Act | None:
    """Regret once, or appeal against a bad word; most leave it at that."""
    if incident.channel in RESIDENT_CHANNELS and case.does_once(Habit.REOPENS):
        return act(Verb.REOPEN)
    if incident.rework_count and case.does_once(Habit.APPEALS):
        return act(Verb.APPEAL)
    return None
