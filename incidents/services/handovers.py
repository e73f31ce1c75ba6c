"""Moving an incident to another owner: up the ladder, or to a unit that a dispatcher names."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Denied, Invalid
from incidents.models import Incident, IncidentEvent, Participation, ReturnSlip
from incidents.policies import levels_of
from incidents.recipients import grid_worker_ids, owner_ids, people_at
from incidents.rules.escalation import EscalationInput, next_step, supervision_reasons
from incidents.rules.vocabulary import ClockKind, Colour, Level, State, Trigger, Verb
from incidents.services.accused import check_may_hold
from incidents.services.clocks import return_limit
from incidents.services.ladders import ladders
from incidents.services.move import Move
from incidents.services.places import street_of
from incidents.services.refusals import check_open
from incidents.services.rulebook import rulebook
from incidents.services.supervision import supervise
from organizations.choices import OrganizationKind
from organizations.models import Organization
from organizations.scopes import Post

# How far a dispatcher of each kind of unit may hand an incident; beyond that, the way up is to escalate.
_REACH: dict[str, frozenset[Level]] = {
    OrganizationKind.COMMUNITY: frozenset({Level.GRID, Level.COMMUNITY}),
    OrganizationKind.STREET: frozenset({Level.GRID, Level.COMMUNITY, Level.STREET, Level.DEPARTMENT}),
    OrganizationKind.CITY: frozenset(Level),
}
_LEVEL_OF_KIND: dict[str, Level] = {
    OrganizationKind.COMMUNITY: Level.COMMUNITY,
    OrganizationKind.STREET: Level.STREET,
    OrganizationKind.CITY: Level.CITY,
    OrganizationKind.DEPARTMENT: Level.DEPARTMENT,
    OrganizationKind.UNIT: Level.DEPARTMENT,
}
TO_GRID = "grid"


def escalate(move: Move) -> None:
    """Raise the incident one existing level and tell both levels' people. Source: R-35.

    The system gives `clock` (which limit ran out); a person gives cause and difficulty.
    """
    incident = move.incident
    kind = move.given.get("clock")
    step = next_step(
        EscalationInput(
            level=Level(incident.owner_level),
            colour=Colour(incident.colour),
            trigger=Trigger.HAND if kind is None else Trigger.TIME,
            has_lead_department=incident.lead_department_id is not None,
            exists=levels_of(incident),
            clock_kind=None if kind is None else ClockKind(kind),
            state=State(incident.state),
            whistled=incident.is_whistled,
        ),
        ladders(),
    )
    move.story.reasons += step.reasons
    before = Level(incident.owner_level)
    told = owner_ids(incident)
    for level in step.told:
        told |= people_at(incident, level, unit_at(incident, level).pk)
    hand_to(move, step.to_level, unit_at(incident, step.to_level))
    if kind is not None:
        incident.return_until = None  # who got it by a clock that ran out cannot give it back
    move.story.data |= {
        name: move.text(name, longest=2000) for name in ("cause", "difficulty") if move.given.get(name)
    }
    move.tell("incident_raised", told, from_level=str(before), to_level=str(step.to_level))


def reassign(move: Move) -> None:
    """Hand the incident to a named unit within reach; the second time makes it supervised. Source: R-37.

    Raises Invalid("unit_unknown"|"unit_closed"|"target_same"), Denied("beyond_reach").
    """
    incident = move.incident
    level, unit = target_of(move)
    if (level, unit.pk) == (Level(incident.owner_level), incident.owner_organization_id):
        raise Invalid(
            "target_same", _("It is there already. Please choose another unit."), field="target_unit"
        )
    _check_reach(move, level, unit)
    hand_over(move, level, unit)
    move.story.note = move.text("reason", longest=2000)
    move.tell("incident_assigned", owner_ids(incident))
    times = 1 + IncidentEvent.objects.filter(incident_id=incident.pk, verb=Verb.REASSIGN).count()
    supervise(move, supervision_reasons(reassigned=times, dissatisfied=0))


def dispatch(move: Move) -> None:
    """Send an incident that nobody owns yet to its unit, or to the one that a dispatcher names.

    What was given back goes on, or back, with the reason. Raises as `reassign`. Source: R-121.
    """
    move.incident.registered_at = move.incident.registered_at or move.at
    move.incident.dispatched_at = move.at
    if move.given.get("target_unit"):
        level, unit = target_of(move)
        _check_reach(move, level, unit)
        hand_over(move, level, unit)
    incident = move.incident
    incident.return_until = return_limit(incident, at=move.at, book=rulebook())
    move.story.note = move.text("reason", longest=2000) or move.text("note", longest=2000)
    if move.before is State.RETURNED:
        settle_return(move)
    if incident.first_unit_id is None:
        incident.first_unit = incident.owner_organization
        move.story.data |= {"first_unit": incident.first_unit.name}
    move.tell("incident_assigned", owner_ids(incident))


def hand_over(move: Move, level: Level, unit: Organization) -> None:
    """Make a named unit the owner; a community elsewhere corrects the place. Raises as `hand_to`."""
    incident = move.incident
    check_may_hold(incident, level, unit, field="target_unit")
    if level in (Level.GRID, Level.COMMUNITY) and unit.pk != incident.community_id:
        _rehome(incident, unit)
    hand_to(move, level, unit)


def hand_to(move: Move, level: Level, unit: Organization) -> None:
    """Make the unit the owner; a department keeps seeing the incident ever after.

    Raises Invalid("unit_accused"|"unit_not_named") for a unit it is withheld from.
    """
    incident = move.incident
    check_may_hold(incident, level, unit, field="target_unit")
    move.story.data |= {
        "from_level": str(incident.owner_level),
        "from_unit": incident.owner_organization.name,
        "to_level": str(level),
        "to_unit": unit.name,
    }
    incident.owner_level, incident.owner_organization = level, unit
    incident.dispatched_at = move.at
    incident.return_until = return_limit(incident, at=move.at, book=rulebook())
    if level is Level.DEPARTMENT:
        incident.lead_department = unit
        Participation.objects.bulk_create(
            [Participation(incident=incident, organization=unit, since=move.at)], ignore_conflicts=True
        )


def unit_at(incident: Incident, level: Level) -> Organization:
    """Return the organisation that owns at this level; Invalid("unit_unknown") where there is none."""
    units: dict[Level, Callable[[], Organization | None]] = {
        Level.GRID: lambda: incident.community,
        Level.COMMUNITY: lambda: incident.community,
        Level.STREET: lambda: incident.street,
        Level.DEPARTMENT: lambda: incident.lead_department,
        Level.CITY: lambda: rulebook().city,
    }
    unit = units[level]()
    if unit is None:
        raise Invalid("unit_unknown", _("This unit does not exist."), field="target_unit")
    return unit


def target_of(move: Move) -> tuple[Level, Organization]:
    """Return the unit that the move names, with its level; Invalid names target_unit."""
    unit = find_unit(move.given["target_unit"], field="target_unit")
    check_open(unit, field="target_unit")
    level = level_of(unit)
    if level is Level.STREET and unit.pk != move.incident.street_id:
        raise Invalid(
            "unit_elsewhere",
            _("The incident does not lie in that street. Please choose a community there."),
            field="target_unit",
        )
    if move.given.get("target_level") == TO_GRID and unit.pk == move.incident.community_id:
        return _grid_level(move.incident), unit
    return level, unit


def _grid_level(incident: Incident) -> Level:
    if incident.grid is None or not grid_worker_ids(incident.grid):
        raise Invalid("grid_without_worker", _("Nobody looks after this grid now."), field="target_unit")
    return Level.GRID


def level_of(unit: Organization) -> Level:
    """Return the level at which a unit would own an incident."""
    return _LEVEL_OF_KIND[unit.kind]


def find_unit(value: Any, *, field: str) -> Organization:
    """Return the organisation with this primary key; Invalid("unit_unknown") naming the field."""
    text = str(value)
    found: Organization | None = None
    if text.isascii() and text.isdigit() and len(text) < 19:
        found = Organization.objects.select_related("parent").filter(pk=int(text)).first()
    if found is None:
        raise Invalid("unit_unknown", _("Please choose a unit from the list."), field=field)
    return found


def settle_return(move: Move, *, arbitrated: bool = False) -> None:
    """Note on the waiting slip, if there is one, who got the case next; one query."""
    ReturnSlip.objects.filter(incident_id=move.incident.pk, decided_at=None).update(
        decided_at=move.at, to_unit=move.incident.owner_organization, arbitrated=arbitrated
    )


def _check_reach(move: Move, level: Level, unit: Organization) -> None:
    posts = move.standing.posts
    if move.actor.user is not None and not any(_reaches(post, level, unit) for post in posts):
        raise Denied("beyond_reach", _("Your unit cannot hand it there. Raise it to the next level instead."))


def _reaches(post: Post, level: Level, unit: Organization) -> bool:
    if level not in _REACH.get(post.organization_kind, frozenset()):
        return False
    if post.organization_kind == OrganizationKind.CITY or level is Level.DEPARTMENT:
        return True
    return post.organization_id in (unit.pk, unit.parent_id)


def _rehome(incident: Incident, community: Organization) -> None:
    """Correct the place of an incident reported in the wrong community; its grid is not known any more."""
    incident.community, incident.street = community, street_of(community)
    incident.grid = incident.building = None
