"""What is kept from whom: levels that may not hold an incident, and who of a list of people sees it.

A report is no business of the unit it is about, nor of anything below that unit; a secret one is the named
roles' alone. Who sees what is decided in `incidents.querysets`; this module only asks.
"""

from collections.abc import Collection, Iterable

from incidents.models import Incident
from incidents.recipients import OWNER_ROLES
from incidents.rules.vocabulary import Level
from organizations.models import Organization, User

Places = dict[Level, Organization | None]


def stands_below(unit: Organization, accused_id: int | None) -> bool:
    """Return whether a unit is the one a report is about, or stands right below it. Source: R-106."""
    return accused_id is not None and accused_id in (unit.pk, unit.parent_id)


def withheld_levels(
    places: Places, *, accused_id: int | None, secret_roles: Collection[str] | None
) -> frozenset[Level]:
    """Return the levels that may not hold an incident; `secret_roles` None: it is not secret.

    The city always may. Source: R-106, R-107.
    """
    held = {level for level, unit in places.items() if unit is not None and stands_below(unit, accused_id)}
    if secret_roles is not None:
        held |= {level for level, roles in OWNER_ROLES.items() if not set(roles) & set(secret_roles)}
    return frozenset(held - {Level.CITY})


def levels_withheld(incident: Incident) -> frozenset[Level]:
    """Return the levels that may not hold this incident; no query for one that is not withheld."""
    if not incident.is_withheld:
        return frozenset()
    places: Places = {
        Level.GRID: incident.community,
        Level.COMMUNITY: incident.community,
        Level.STREET: incident.street,
        Level.DEPARTMENT: incident.lead_department,
    }
    roles = incident.category.secret_roles if incident.is_secret else None
    return withheld_levels(places, accused_id=incident.accused_organization_id, secret_roles=roles)


def those_who_see(incident_id: int, user_ids: Iterable[int]) -> frozenset[int]:
    """Return which of the people see the incident; some queries for each, so only for withheld ones."""
    people = User.objects.filter(pk__in=list(user_ids), is_active=True)
    return frozenset(
        user.pk for user in people if Incident.objects.visible_to(user).filter(pk=incident_id).exists()
    )
