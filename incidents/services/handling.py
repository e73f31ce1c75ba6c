"""Small steps of the work itself: registering, and telling how it goes."""

from incidents.services.move import Move

LONGEST = 2000


def register(move: Move) -> None:
    """Put the incident on the register; from now on it counts. Source: R-44."""
    move.story.note = move.text("note", longest=LONGEST)
    move.incident.registered_at = move.at


def progress(move: Move) -> None:
    """Tell the reporter how the work goes. Source: R-118."""
    move.story.note = move.text("note", longest=LONGEST)
    if move.incident.reporter_id is not None:
        move.tell("incident_progress", {move.incident.reporter_id}, note=move.story.note)
