"""Appeals: a unit asks to leave a case, or its verdicts, out of its figures, and the grid office decides."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid
from incidents.models import FigureAppeal
from incidents.recipients import grid_office_ids, owner_ids
from incidents.rules.vocabulary import AppealAbout, ApplicationState
from incidents.services.move import Move
from incidents.services.persons import person_of

LONGEST = 2000


def appeal(move: Move) -> None:
    """Ask to be left out. Raises Invalid naming about, Conflict("appeal_granted_before"). Source: R-155."""
    about = _about(str(move.given["about"]))
    incident = move.incident
    granted = FigureAppeal.objects.filter(incident_id=incident.pk, state=ApplicationState.GRANTED)
    if granted.filter(about__in={about, AppealAbout.CASE}).exists():
        raise Conflict("appeal_granted_before", _("This is left out of the figures already."))
    note = move.story.note = move.text("reason", longest=LONGEST)
    unit = incident.owner_organization
    FigureAppeal.objects.create(
        incident=incident,
        about=about,
        unit=unit,
        asked_by=person_of(move.actor),
        asked_at=move.at,
        reason=note,
    )
    incident.appeal_waits = True
    move.story.data |= {"about": about.value, "unit": unit.name}
    move.tell("appeal_made", grid_office_ids(), unit=unit.name, note=note)


def grant_appeal(move: Move) -> None:
    """Leave it out of the figures from now on; figures as they stood stay. Source: R-155."""
    _decide(move, ApplicationState.GRANTED)


def refuse_appeal(move: Move) -> None:
    """Keep counting it. Source: R-155."""
    _decide(move, ApplicationState.REFUSED)


def _decide(move: Move, state: ApplicationState) -> None:
    note = move.story.note = move.text("reason", longest=LONGEST)
    waiting = FigureAppeal.objects.select_related("unit")
    found = waiting.get(incident_id=move.incident.pk, state=ApplicationState.PENDING)
    found.state, found.grounds = state, note
    found.decided_by, found.decided_at = person_of(move.actor), move.at
    found.save(update_fields=["state", "grounds", "decided_by", "decided_at"])
    move.incident.appeal_waits = False
    move.story.data |= {"about": found.about, "unit": found.unit.name}
    people = owner_ids(move.incident) | {found.asked_by_id}
    move.tell("appeal_decided", people, unit=found.unit.name, verb=move.verb.value, note=note)


def _about(value: str) -> AppealAbout:
    try:
        return AppealAbout(value)
    except ValueError as error:
        raise Invalid(
            "choice_invalid", _("Please choose one of the values offered."), field="about"
        ) from error
