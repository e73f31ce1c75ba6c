"""Which departments have had to do with an incident: what their visibility is drawn from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.incidents import Incident
from organizations.models import Organization


class Participation(models.Model):
    """A department that owned, leads, supports or was whistled to an incident; it keeps seeing it."""

    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="participations", verbose_name=_("incident")
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("department")
    )
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        constraints = [
            models.UniqueConstraint(fields=["organization", "incident"], name="participation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} · {self.organization_id}"
