"""What the street and the called departments do while a whistle runs."""

from gridgov.simulation.acts import Act, act
from gridgov.simulation.case import Case
from gridgov.simulation.profile import Habit
from incidents.models import Incident, WhistleResponse
from incidents.rules.vocabulary import Refused, Verb, WhistleKind

# Set by the pace of a department that lets its limit run out.
ANSWERED_LATE = "answered late"


def whistled(case: Case, incident: Incident) -> Act:
    """Answer for the departments, the lead first; then the street asks the resident."""
    answers = _Answers(incident)
    if answers.contested:
        return act(Verb.WHISTLE_ARBITRATE, "kept" if case.does(Habit.IS_KEPT) else "released")
    if answers.stated:
        return act(Verb.WHISTLE_UPHOLD if case.does(Habit.IS_UPHELD) else Verb.WHISTLE_RELEASE)
    lead = answers.lead
    if lead is None or lead.done_at is not None:
        return act(Verb.ASK_RESIDENT)
    if lead.reported_in_at is None and _calls_harder(case, lead):
        return act(Verb.WHISTLE_UPGRADE)
    if lead.signed_at is None:
        if case.does_once(Habit.REFUSES_WHISTLE):
            return act(Verb.WHISTLE_REFUSE)
        return act(Verb.WHISTLE_SIGN)
    if lead.reported_in_at is None:
        return act(Verb.WHISTLE_REPORT_IN)
    return _on_the_spot(case, answers)


def _calls_harder(case: Case, lead: WhistleResponse) -> bool:
    late = ANSWERED_LATE in case.done and lead.whistle.kind != WhistleKind.EMERGENCY
    return late and case.does_once(Habit.RAISES_WHISTLE)


def _on_the_spot(case: Case, answers: "_Answers") -> Act:
    """Let the supporters come as well, meet where they do, and report the work as done."""
    supporter = answers.supporter
    if supporter is not None and supporter.reported_in_at is None and case.once(f"support {supporter.pk}"):
        return act(Verb.WHISTLE_REPORT_IN, by="supporter")
    if case.does_once(Habit.MEETS):
        case.done.add("met")
        return act(Verb.HOLD_SESSION)
    if "met" in case.done and case.once("task"):
        return act(Verb.FINISH_TASK)
    return act(Verb.WHISTLE_REPORT_DONE)


class _Answers:
    """What the called departments have said so far; one query."""

    def __init__(self, incident: Incident) -> None:
        rows = list(
            WhistleResponse.objects.filter(
                whistle__incident_id=incident.pk, whistle__ended_at=None, released_at=None
            )
            .select_related("whistle")
            .order_by("-is_lead", "pk")
        )
        self.lead = next((row for row in rows if row.is_lead), None)
        self.supporter = next((row for row in rows if not row.is_lead), None)
        self.stated = any(row.refusal == Refused.STATED for row in rows)
        self.contested = any(row.refusal == Refused.CONTESTED for row in rows)
