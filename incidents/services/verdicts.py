"""Done, and judged: reporting done, asking the resident, their verdict, rectification and reopening."""

from incidents.models import Incident, IncidentEvent
from incidents.recipients import first_responsible_ids, officers_of, owner_ids
from incidents.rules.channels import GATHERINGS
from incidents.rules.escalation import supervision_reasons
from incidents.rules.vocabulary import Level, Verb, Verdict
from incidents.services.move import Move
from incidents.services.rounds import close_round, open_round
from incidents.services.supervision import supervise
from incidents.services.whistles import demand_again, end_whistle

LONGEST = 2000
_VERDICT_OF = {Verb.JUDGE_SATISFIED: Verdict.SATISFIED, Verb.JUDGE_BASICALLY: Verdict.BASICALLY}


def finish(move: Move) -> None:
    """Report the work as done; check, closing and call-back follow by themselves. Source: R-44.

    An earlier verdict was on an earlier result: the reporter is asked anew.
    """
    move.incident.verdict = ""
    move.story.note = move.text("note", longest=LONGEST)
    move.incident.handled_at = move.at
    move.incident.handled_by_id = move.actor.user_id


def ask_resident(move: Move) -> None:
    """Ask the reporter for the verdict once the lead department is done. Source: R-52."""
    move.incident.verdict = ""
    move.story.note = move.text("note", longest=LONGEST)
    move.incident.handled_at = move.at
    open_round(move)
    reporter = {move.incident.reporter_id} - {None}
    move.tell("incident_verifying", {pk for pk in reporter if pk is not None})


def judge_good(move: Move) -> None:
    """Close with the reporter's verdict, which also ends a whistle. Source: R-53."""
    move.incident.verdict = _VERDICT_OF[move.verb]
    move.story.note = move.text("note", longest=LONGEST)
    _channel(move)
    close_round(move, _VERDICT_OF[move.verb])
    _close(move)


def judge_bad(move: Move) -> None:
    """Send it back to be rectified; called departments report again; twice is supervised.

    Source: R-37, R-53.
    """
    move.incident.verdict = Verdict.DISSATISFIED
    _rework(move, "incident_dissatisfied")
    close_round(move, Verdict.DISSATISFIED)


def reopen(move: Move) -> None:
    """Take a closed incident up again for rectification. Source: R-54."""
    move.incident.verdict = ""
    _rework(move, "incident_reopened")


def close_unanswered(move: Move) -> None:
    """Close because nobody answered in time; there is no verdict to count. Source: R-54."""
    close_round(move, None)
    _close(move)


def self_handle(move: Move) -> None:
    """Report done what was settled on the spot; it is the work of whoever settled it. Source: R-44, R-99."""
    incident = move.incident
    move.story.note = move.text("note", longest=LONGEST)
    incident.handled_at = move.at
    incident.handled_by_id = move.actor.user_id
    _own_by_settler(incident)


def _own_by_settler(incident: Incident) -> None:
    """Give the incident to whoever settled it: the grid, or the unit that held the gathering."""
    if incident.community is not None:
        by_grid = incident.grid_id is not None and incident.channel not in GATHERINGS
        incident.owner_level = Level.GRID if by_grid else Level.COMMUNITY
        incident.owner_organization = incident.community
    elif incident.street is not None:
        incident.owner_level, incident.owner_organization = Level.STREET, incident.street


def reject(move: Move) -> None:
    """Do not accept the incident; the reporter reads the reason."""
    move.story.note = move.text("reason", longest=LONGEST)
    move.incident.closed_at = move.at
    told = _staff_reporter(move.incident) | first_responsible_ids(move.incident)
    move.tell("incident_rejected", told, note=move.story.note)


def _close(move: Move) -> None:
    incident = move.incident
    # What was closed before the call-back keeps its date: the verdict comes on top.
    incident.closed_at = incident.closed_at or move.at
    called = _called(move)
    end_whistle(move)
    people = owner_ids(incident) | called | _staff_reporter(incident) | first_responsible_ids(incident)
    if incident.verdict:
        move.tell("incident_closed", people, verdict=str(incident.verdict))
    else:
        move.tell("incident_closed_silently", people)


def _rework(move: Move, kind: str) -> None:
    incident = move.incident
    incident.rework_count += 1
    incident.handled_at = incident.closed_at = None
    incident.handled_by = None
    move.story.note = move.text("reason", longest=LONGEST)
    _channel(move)
    departments = demand_again(incident) if incident.is_whistled else frozenset()
    people = owner_ids(incident) | (officers_of(departments) if departments else frozenset())
    people |= first_responsible_ids(incident)
    move.tell(kind, people, note=move.story.note)
    earlier = IncidentEvent.objects.filter(incident_id=incident.pk, verb=Verb.JUDGE_DISSATISFIED).count()
    times = earlier + (move.verb is Verb.JUDGE_DISSATISFIED)
    supervise(move, supervision_reasons(reassigned=0, dissatisfied=times))


def _called(move: Move) -> frozenset[int]:
    called = [each.department_id for each in move.standing.responses]
    return officers_of(called) if called else frozenset()


def _channel(move: Move) -> None:
    channel = move.given.get("channel")
    if channel:
        move.story.data["channel"] = str(channel)[:20]


def _staff_reporter(incident: Incident) -> frozenset[int]:
    return frozenset() if incident.reporter_id is None else frozenset({incident.reporter_id})
