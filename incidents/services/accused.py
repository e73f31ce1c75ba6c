"""The unit a report is about: named when it is filed, and kept out of everything that follows."""

from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from incidents.models import Incident
from incidents.recipients import OWNER_ROLES
from incidents.rules.vocabulary import Level
from incidents.withholding import levels_withheld, stands_below
from organizations.choices import OrganizationKind
from organizations.models import Organization

FIELD = "accused"


def accused_unit(unit_id: int | None) -> Organization | None:
    """Return the unit a report is about, one query; None where it names none. Source: R-105.

    Raises Invalid("accused_unknown"), and Invalid("accused_city") for the city itself, above which nobody
    here could handle it.
    """
    if unit_id is None:
        return None
    unit: Organization | None = Organization.objects.filter(pk=unit_id).first()
    if unit is None:
        raise Invalid("accused_unknown", _("Please choose a unit from the list."), field=FIELD)
    if unit.kind == OrganizationKind.CITY:
        raise Invalid(
            "accused_city",
            _(
                "A report about the whole city's office cannot be handled here. Please turn to the "
                "commission for discipline inspection, telephone 12388."
            ),
            field=FIELD,
        )
    return unit


def check_settled(incident: Incident) -> None:
    """Raise Invalid("settled_withheld") where the grid may not even have it. Source: R-106, R-107."""
    if Level.GRID in levels_withheld(incident):
        raise Invalid(
            "settled_withheld",
            _("This matter is not for the grid to settle. Send it on: leave “settled on the spot” empty."),
            field="settled_note",
        )


def check_may_hold(incident: Incident, level: Level, unit: Organization, *, field: str) -> None:
    """Raise Invalid where the incident is withheld from the unit at this level. Source: R-106, R-107."""
    if stands_below(unit, incident.accused_organization_id):
        raise Invalid(
            "unit_accused",
            _("The report is about “%(unit)s” or what stands above it. Please choose another unit."),
            field=field,
            params={"unit": unit.name},
        )
    if incident.is_secret and not set(OWNER_ROLES[level]) & set(incident.category.secret_roles):
        raise Invalid(
            "unit_not_named",
            _("This matter is secret, and “%(unit)s” has no role that may see it. Choose another unit."),
            field=field,
            params={"unit": unit.name},
        )
