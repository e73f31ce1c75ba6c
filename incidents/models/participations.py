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
    is_open = models.BooleanField(
        _("still open"),
        default=True,
        db_default=True,
        help_text=_("Whether the incident is open; kept by a trigger."),
    )

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        constraints = [
            models.UniqueConstraint(fields=["organization", "incident"], name="participation_once"),
        ]
        indexes = [
            # The queue of a department reads what is open, a hundredth of all it ever took part in.
            models.Index(
                fields=["organization", "incident"],
                condition=models.Q(is_open=True),
                name="participation_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} · {self.organization_id}"
