"""From reported done to closed: the drawn check, closing, the call-back."""

from core.lots import lot
from incidents.models import CheckShare, Incident
from incidents.recipients import checkers_of, first_responsible_ids, owner_ids
from incidents.rules.escalation import supervision_reasons
from incidents.rules.vocabulary import State, Verb
from incidents.services.merging import inherit_result
from incidents.services.move import Move
from incidents.services.rounds import open_round
from incidents.services.supervision import supervise

LONGEST = 2000


def next_by_itself(incident: Incident, verb: Verb) -> Verb | None:
    """Return the move that follows without anybody's doing; one query after work was reported done.

    Source: R-44, R-116.
    """
    if incident.state == State.FEEDBACK:
        return Verb.DRAW_CHECK if is_drawn(incident) else Verb.CLOSE
    if verb in (Verb.CLOSE, Verb.CONFIRM_CHECK) and incident.can_be_asked and not incident.verdict:
        return Verb.CALL_BACK
    return None


def is_drawn(incident: Incident) -> bool:
    """Tell whether the result is checked: a keyed lot, so that nobody can know beforehand. Source: R-116.

    The share is the category's own, else the colour's; the lot is drawn anew after every rework.
    """
    percent = incident.category.check_percent
    if percent is None:
        share = CheckShare.objects.filter(colour=incident.colour).first()
        percent = share.percent if share else 0
    return lot(f"check:{incident.client_key or incident.pk}:{incident.rework_count}") < percent


def draw_check(move: Move) -> None:
    """Ask for an independent look at the result before closing. Source: R-116."""
    move.tell("incident_check_drawn", checkers_of(move.incident))


def close(move: Move) -> None:
    """Close what was reported done and needs no check, also under another number. Source: R-44, R-143."""
    if move.before is State.MERGED:
        inherit_result(move)
    move.incident.closed_at = move.at
    _tell_closed(move)


def confirm_check(move: Move) -> None:
    """Close after somebody else has seen the result. Source: R-116."""
    move.story.note = move.text("note", longest=LONGEST)
    move.incident.closed_at = move.at
    _tell_closed(move)


def fail_check(move: Move) -> None:
    """Send back what was claimed but not done; it is supervised the second time. Source: R-116."""
    incident = move.incident
    incident.rework_count += 1
    incident.false_completions += 1
    incident.handled_at = None
    incident.handled_by = None
    move.story.note = move.text("reason", longest=LONGEST)
    people = owner_ids(incident) | first_responsible_ids(incident)
    move.tell("incident_check_failed", people, note=move.story.note)
    supervise(move, supervision_reasons(failed_checks=incident.false_completions))


def call_back(move: Move) -> None:
    """Ask the reporter for the verdict; the desk sees it in its list. Source: R-54, R-143."""
    if move.before is State.MERGED:
        inherit_result(move)
    open_round(move)
    if move.incident.reporter_id is not None:
        move.tell("incident_verifying", {move.incident.reporter_id})


def _tell_closed(move: Move) -> None:
    incident = move.incident
    if incident.can_be_asked:
        return  # they are told of the call-back, and the owner of the verdict
    people = owner_ids(incident) | first_responsible_ids(incident)
    move.tell("incident_closed_silently", people)
