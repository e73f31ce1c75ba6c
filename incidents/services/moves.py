"""The one entrance for everything that can be done to an incident after it was filed."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from core import clock
from core.actor import SYSTEM, Actor, ActorKind
from core.errors import DomainError
from incidents.models import Incident, IncidentEvent
from incidents.models.photos import PhotoPurpose
from incidents.policies import acting_unit_id, facts_for, standing_of
from incidents.rules.vocabulary import State, Verb
from incidents.rules.workflow import CLOSED_STATES, Refusal, check_move, transition
from incidents.services.applications import lapse_if_over
from incidents.services.clocks import apply_clocks, stop_all, stop_responses
from incidents.services.closing import next_by_itself
from incidents.services.effects import EFFECTS
from incidents.services.events import event_of, last_event
from incidents.services.merging import ended_with, leave_alone, lock_family
from incidents.services.move import LOADED, Move
from incidents.services.pauses import pause_clocks, resume_clocks
from incidents.services.photos import photos_attach, prepare_photos
from incidents.services.refusals import missing, refused, stale

_DECISIONS = frozenset(
    {
        Verb.GRANT_APPEAL,
        Verb.REFUSE_APPEAL,
        Verb.GRANT_EXTENSION,
        Verb.REFUSE_EXTENSION,
        Verb.GRANT_SUSPENSION,
        Verb.REFUSE_SUSPENSION,
        Verb.ENDORSE,
        Verb.WITHDRAW,
    }
)
_DECIDED_ALREADY = frozenset({"not_your_part", "no_application", "no_appeal", "wrong_state"})


def incident_perform(
    *,
    actor: Actor,
    incident_id: int,
    verb: Verb,
    given: Mapping[str, Any],
    version: int | None = None,
    photos: "Sequence[UploadedFile[bytes]]" = (),
) -> Incident:
    """Do one verb to an incident and return it; locks its row, so of two people at once one wins.

    Raises Missing("incident_missing"), Conflict("stale") naming who was first, Denied(code), or Invalid(code)
    with its field.
    A comment is never stale and leaves the version alone. Source: R-40, R-42.
    """
    prepared = prepare_photos(photos)
    with transaction.atomic():
        lock_family(incident_id, verb, given)
        incident = _locked(actor, incident_id)
        if version is not None and version != incident.version and verb is not Verb.COMMENT:
            raise stale(last_event(incident))
        _make(_move_for(actor, incident, verb, given, photos=len(prepared)))
        photos_attach(actor=actor, incident=incident, prepared=prepared, purpose=PhotoPurpose.RESULT)
        _follow(incident, verb)
        return incident


def _follow(incident: Incident, verb: Verb) -> None:
    """Make the moves that follow by themselves, in the same transaction.

    Check or close, then call back; and when the work is over, the same for those merged into it.
    """
    then = next_by_itself(incident, verb)
    while then is not None:
        _make(_move_for(SYSTEM, incident, then, {}))
        then = next_by_itself(incident, then)
    merged = ended_with(incident)
    for child_id, ending in merged:
        incident_perform(actor=SYSTEM, incident_id=child_id, verb=ending, given={})
    if merged:
        leave_alone(incident)


def _locked(actor: Actor, incident_id: int) -> Incident:
    # Locked alone and read afterwards: a row that waited for its lock would be joined with what stood beside
    # its older version.
    Incident.objects.select_for_update().filter(pk=incident_id).values_list("pk").first()
    # Residents have proved by number and code that the incident is theirs; the system sees everything.
    if actor.kind is ActorKind.USER and actor.user is not None:
        rows = Incident.objects.visible_to(actor.user)
    else:
        rows = Incident.objects.all()
    found: Incident | None = rows.select_related(*LOADED).filter(pk=incident_id).first()
    if found is None:
        raise missing()
    return found


def _move_for(
    actor: Actor, incident: Incident, verb: Verb, given: Mapping[str, Any], *, photos: int = 0
) -> Move:
    """Return the move if the table allows it, else raise its refusal; photos count as a field given."""
    state, standing = State(incident.state), standing_of(actor, incident)
    told = {**given, "photos": photos} if photos else given
    row = check_move(state, verb, facts_for(actor, incident, told, standing=standing))
    if isinstance(row, Refusal):
        raise _refusal(incident, verb, row)
    return Move(
        actor=actor,
        incident=incident,
        verb=verb,
        row=row,
        before=state,
        given=given,
        standing=standing,
        at=clock.now(),
        unit_id=acting_unit_id(standing, incident),
    )


def _refusal(incident: Incident, verb: Verb, refusal: Refusal) -> DomainError:
    """Return Conflict when somebody has just done the very same thing, else the table's own refusal.

    Of two words on one application only the first counts: then nobody is its approver any more.
    """
    if verb in _DECISIONS and refusal.code in _DECIDED_ALREADY:
        event = last_event(incident)
        if event is not None and event.verb in _DECISIONS:
            return stale(event)
    if refusal.code == "wrong_state" and transition(verb).target == incident.state:
        event = last_event(incident)
        if event is not None and event.verb == verb:
            return stale(event)
    return refused(refusal)


def _make(move: Move) -> None:
    incident = move.incident
    EFFECTS[move.verb](move)
    lapse_if_over(move)
    if move.after in CLOSED_STATES and move.before not in CLOSED_STATES:
        stop_all(incident, at=move.at)
    else:
        if move.verb is Verb.ASK_RESIDENT:
            called = [each.pk for each in move.standing.responses]
            stop_responses(called, move.row.response_clocks.stop, at=move.at)
        if move.row.clocks.pause:
            pause_clocks(incident, move.at)
        spans = {kind: (span.warn_at, span.due_at) for kind, span in move.spans.items()}
        move.story.reasons += apply_clocks(incident, move.row.clocks, at=move.at, spans=spans)
        if move.row.clocks.resume:
            resume_clocks(incident, move.at)
    incident.state = move.after
    own = event_of(
        incident,
        move.verb,
        actor=move.actor,
        at=move.at,
        unit_id=move.unit_id,
        before=move.before,
        after=move.after,
        story=move.story,
    )
    if move.verb is not Verb.COMMENT:
        incident.version += 1
        incident.save()
    IncidentEvent.objects.bulk_create([own, *move.more])
    move.send()
