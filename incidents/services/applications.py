"""Asking for more time or for setting a case aside, and every word that is said on it."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Denied
from incidents.models import Application, ApprovalStep, Incident
from incidents.policies import levels_of
from incidents.recipients import approver_ids, owner_ids
from incidents.rules.approvals import approval_chain, dispatching_level
from incidents.rules.permissions import APPROVE
from incidents.rules.states import MOVABLE
from incidents.rules.vocabulary import (
    ApplicationState,
    Approver,
    Level,
    Pending,
    State,
    StepDecision,
)
from incidents.services.handovers import unit_at
from incidents.services.move import Move
from incidents.services.persons import person_of
from incidents.services.rulebook import rulebook
from organizations.models import Organization

LONGEST = 2000


def apply_for(move: Move, kind: Pending, *, works: bool, **asked: Any) -> Application:
    """Write the application with the units that must agree, and tell the first of them. Source: R-123."""
    incident = move.incident
    chain, why = approval_chain(kind, earlier=incident.extension_count, works=works)
    application = Application.objects.create(
        incident=incident,
        kind=kind,
        asked_by=person_of(move.actor),
        unit=incident.owner_organization,
        level=incident.owner_level,
        asked_at=move.at,
        reason=move.text("reason", longest=LONGEST),
        works=works,
        **asked,
    )
    units = _units(move, chain)
    ApprovalStep.objects.bulk_create(
        [
            ApprovalStep(application=application, position=place, approver=approver, organization=unit)
            for place, (approver, unit) in enumerate(units, start=1)
        ]
    )
    incident.pending_application = kind
    move.story.note = application.reason
    move.story.reasons.append(why)
    move.tell("application_waits", approver_ids(units[0][1].pk), what=str(kind), unit=application.unit.name)
    return application


def agree(move: Move) -> Application:
    """Note the actor's yes on the step that waits and return the application."""
    application = pending_of(move)
    _decide(move, application, StepDecision.AGREED, move.text("note", longest=LONGEST))
    return application


def endorse(move: Move) -> None:
    """Agree and pass it on to whoever decides after this one. Source: R-123."""
    application = agree(move)
    following = _waiting(application)
    if following is not None:
        people = approver_ids(following.organization_id)
        move.tell(
            "application_waits",
            people,
            what=application.kind,
            unit=application.unit.name,
            mark=str(following.pk),
        )


def refuse(move: Move) -> None:
    """Refuse the application; limit and clocks stay as they are. Source: R-123."""
    application = pending_of(move)
    _decide(move, application, StepDecision.REFUSED, move.text("reason", longest=LONGEST))
    settle(move, application, ApplicationState.REFUSED)
    tell_decision(move, application)


def withdraw(move: Move) -> None:
    """Take the application back before it has been decided."""
    move.story.note = move.text("note", longest=LONGEST)
    settle(move, pending_of(move), ApplicationState.WITHDRAWN)


def lapse_if_over(move: Move) -> None:
    """Let a pending application lapse where the move ends the work it was about. Source: R-123."""
    incident = move.incident
    if not incident.pending_application or move.after in (*MOVABLE, State.SUSPENDED):
        return
    settle(move, pending_of(move), ApplicationState.LAPSED)


def settle(move: Move, application: Application, state: ApplicationState) -> None:
    """Close the application with what came of it; nothing is pending any more."""
    application.state, application.decided_at = state, move.at
    application.save(update_fields=["state", "decided_at", "limit_after"])
    move.incident.pending_application = ""
    move.story.data |= {"application": application.pk}


def tell_decision(move: Move, application: Application) -> None:
    """Tell whoever asked, and whoever has the case now, what was decided."""
    people = owner_ids(move.incident) | {application.asked_by_id}
    move.tell("application_decided", people, what=application.kind, outcome=application.state)


def pending_of(move: Move) -> Application:
    """Return the application that waits, as the move's standing has read it under the lock."""
    application = move.standing.application
    if application is None:
        raise Denied("no_application", _("There is no such application to decide on."))
    return application


def _decide(move: Move, application: Application, decision: StepDecision, note: str) -> None:
    step = _waiting(application)
    if step is None:
        raise Denied("no_application", _("There is no such application to decide on."))
    step.decision, step.note = decision, note
    step.decided_by, step.decided_at = person_of(move.actor), move.at
    step.save(update_fields=["decision", "note", "decided_by", "decided_at"])
    move.unit_id = step.organization_id
    move.story.note = note


def _waiting(application: Application) -> ApprovalStep | None:
    return application.current_step


def _units(move: Move, chain: Iterable[Approver]) -> list[tuple[Approver, Organization]]:
    """Return who decides at which unit; one unit is asked once, and nobody endorses their own wish.

    A leader who asks has agreed by asking, so the next one decides.
    """
    incident = move.incident
    found: list[tuple[Approver, Organization]] = []
    for approver in chain:
        unit = _unit_of(approver, incident)
        if approver is Approver.OWN_LEADER and _asks_for_itself(move, unit):
            continue
        if unit.pk not in {other.pk for _approver, other in found}:
            found.append((approver, unit))
    return found


def _unit_of(approver: Approver, incident: Incident) -> Organization:
    if approver is Approver.OWN_LEADER:
        return incident.owner_organization
    level = Level(incident.owner_level)
    asked = Level.CITY if approver is Approver.GRID_OFFICE else dispatching_level(level, levels_of(incident))
    return unit_at(incident, asked)


def _asks_for_itself(move: Move, unit: Organization) -> bool:
    city = rulebook().city
    if city is not None and unit.pk == city.pk:
        return True
    return any(
        post.organization_id == unit.pk and APPROVE in post.permissions for post in move.standing.posts
    )
