"""Finding an incident by the number and the code its reporter was given."""

from django.utils.translation import gettext_lazy as _

from core.errors import Missing
from incidents.lookup import digest_of
from incidents.models import Incident


def incident_by_lookup(number: str, code: str) -> Incident:
    """Return the reporter's incident; Missing("lookup_wrong") does not say which of the two is wrong."""
    wanted = number.strip()
    if wanted and code.strip():
        found: Incident | None = (
            Incident.objects.filter(number=wanted, lookup_digest=digest_of(code))
            .select_related("category", "community", "street", "grid", "owner_organization")
            .first()
        )
        if found is not None:
            return found
    raise Missing("lookup_wrong", _("Nothing found. Please check the number and the code."))
