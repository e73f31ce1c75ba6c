"""Giving work back to whoever dispatched it, and the grid office's last word when it bounces."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from incidents.models import Incident, ReturnSlip
from incidents.policies import levels_of
from incidents.recipients import dispatcher_ids, grid_office_ids, owner_ids
from incidents.rules.approvals import dispatching_level
from incidents.rules.reasons import reason
from incidents.rules.vocabulary import Level
from incidents.services.handovers import find_unit, hand_over, settle_return, target_of, unit_at
from incidents.services.move import Move
from incidents.services.persons import person_of
from incidents.services.rulebook import rulebook
from organizations.models import Organization

LONGEST = 2000
# What the form sends when the unit does not know who is responsible; then it says so in words.
UNKNOWN = "unknown"


def give_back(move: Move) -> None:
    """Give the case back to who dispatches here; given back once too often, the grid office decides.

    The handling limit runs on as it was, and the moment of its dispatch is kept. Raises Invalid naming
    suggested_unit or suggestion. Source: R-120, R-121, R-122.
    """
    incident = move.incident
    unit, level = incident.owner_organization, Level(incident.owner_level)
    suggested = _suggested(move)
    words = move.text("suggestion", longest=1000)
    if suggested is None and not words:
        raise Invalid(
            "suggestion_missing",
            _("If you do not know who is responsible, please say in words who might know."),
            field="suggestion",
        )
    incident.return_count += 1
    slip = ReturnSlip.objects.create(
        incident=incident,
        unit=unit,
        level=level,
        by=person_of(move.actor),
        at=move.at,
        dispatched_at=incident.dispatched_at,
        reason=move.text("reason", longest=LONGEST),
        basis=move.text("basis", longest=1000),
        suggested_unit=suggested,
        suggestion=words,
    )
    incident.arbitration_due = incident.return_count >= rulebook().procedures.returns_to_arbitration
    to_level = Level.CITY if incident.arbitration_due else dispatching_level(level, levels_of(incident))
    incident.owner_level, incident.owner_organization = to_level, unit_at(incident, to_level)
    incident.return_until = None
    _tell_story(move, slip, to_level)
    people = dispatcher_ids(incident) if not incident.arbitration_due else grid_office_ids()
    move.tell("incident_given_back", people, unit=unit.name, note=slip.reason)


def arbitrate(move: Move) -> None:
    """Decide for good who handles it; it cannot be given back again. Source: R-122."""
    incident = move.incident
    level, unit = target_of(move)
    hand_over(move, level, unit)
    incident.arbitration_due, incident.was_arbitrated = False, True
    incident.return_until = None
    move.story.note = move.text("reason", longest=LONGEST)
    settle_return(move, arbitrated=True)
    move.tell("incident_arbitrated", owner_ids(incident) | _gave_back(incident), note=move.story.note)


def _suggested(move: Move) -> Organization | None:
    value: Any = move.given.get("suggested_unit")
    if str(value) == UNKNOWN:
        return None
    unit = find_unit(value, field="suggested_unit")
    if unit.pk == move.incident.owner_organization_id:
        raise Invalid(
            "suggests_itself", _("Please suggest another unit than your own."), field="suggested_unit"
        )
    return unit


def _tell_story(move: Move, slip: ReturnSlip, to_level: Level) -> None:
    incident, story = move.incident, move.story
    story.note = slip.reason
    if incident.arbitration_due:
        story.reasons.append(reason("given_back_often", times=incident.return_count))
    else:
        story.reasons.append(reason("given_back_up", to_level=to_level.value))
    story.data |= {
        "basis": slip.basis,
        "suggested": slip.suggested_unit.name if slip.suggested_unit else "",
        "suggestion": slip.suggestion,
        "from_unit": slip.unit.name,
        "to_unit": incident.owner_organization.name,
    }


def _gave_back(incident: Incident) -> frozenset[int]:
    return frozenset(ReturnSlip.objects.filter(incident_id=incident.pk).values_list("by_id", flat=True))
