"""Supervision: the city and the street look at an incident because something went wrong with it."""

from collections.abc import Iterable

from core.actor import SYSTEM
from incidents.recipients import grid_office_ids, owner_ids
from incidents.rules.reasons import Reason
from incidents.rules.vocabulary import Verb
from incidents.services.events import Story, event_of
from incidents.services.move import Move


def supervise(move: Move, reasons: Iterable[Reason]) -> None:
    """Put the incident under supervision after another move, where there are reasons and it is not yet."""
    because = list(reasons)
    incident = move.incident
    if not because or incident.is_supervised:
        return
    incident.is_supervised = True
    move.more.append(
        event_of(
            incident,
            Verb.SUPERVISE,
            actor=SYSTEM,
            at=move.at,
            unit_id=None,
            before=move.after,
            after=move.after,
            story=Story(reasons=because),
        )
    )
    move.tell("incident_supervised", owner_ids(incident) | grid_office_ids())


def urge(move: Move) -> None:
    """Urge the owner on; it moves nothing and resets nothing. Source: R-119."""
    move.story.note = move.text("note", longest=2000)
    mark = f"{move.at.isoformat()}:{move.actor.user_id or 0}"
    move.tell("incident_urged", owner_ids(move.incident), mark=mark, note=move.story.note)


def order_supervision(move: Move) -> None:
    """Put the incident under supervision by order; the system gives `reasons`, a person a reason in words."""
    move.incident.is_supervised = True
    given = move.given.get("reasons", ())
    move.story.reasons += [each for each in given if isinstance(each, Reason)]
    move.story.note = move.text("reason", longest=2000)
    move.tell("incident_supervised", owner_ids(move.incident) | grid_office_ids())
