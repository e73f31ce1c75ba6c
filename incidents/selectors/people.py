"""Whose turn it is: the people who answer for an incident at its present level, and their phones."""

from dataclasses import dataclass

from django.db.models import Q

from core import clock
from incidents.models import Incident
from incidents.recipients import OWNER_ROLES, grid_workers
from incidents.rules.vocabulary import Level
from organizations.models import Membership


@dataclass(frozen=True, slots=True)
class Person:
    """One responsible person with the phone of their work."""

    name: str
    role: str
    unit: str
    phone: str


def responsible_people(incident: Incident) -> list[Person]:
    """Return the people of the unit that owns the incident; at grid level its grid's workers. One query."""
    if incident.owner_level == Level.GRID and incident.grid is not None:
        wanted = Q(pk__in=grid_workers(incident.grid).values("membership_id"))
    else:
        roles = OWNER_ROLES[Level(incident.owner_level)]
        wanted = Q(organization_id=incident.owner_organization_id, role__in=roles)
    rows = (
        Membership.objects.valid_on(clock.today())
        .filter(wanted, user__is_active=True)
        .select_related("user", "organization")
        .order_by("role", "user__full_name", "pk")
    )
    return [
        Person(str(row.user), row.title or row.get_role_display(), row.organization.name, row.user.phone)
        for row in rows
    ]
