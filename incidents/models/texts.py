"""What is searched of an incident, beside it: its row changes with every step, its words hardly ever."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func
from django.utils.translation import gettext_lazy as _

from incidents.models.incidents import Incident


class IncidentText(models.Model):
    """The searched words of one incident; written only by triggers, so that COPY fills it as services do.

    `body` is description, address and building as `incident_plain` spells them; `units` says as
    "org:5" and "grid:7" where the incident lies and which departments took part. The index holds pairs of
    neighbouring characters, because Chinese puts no spaces between words. Source: R-130, R-131.
    """

    incident = models.OneToOneField(
        Incident, on_delete=models.CASCADE, primary_key=True, related_name="text", verbose_name=_("incident")
    )
    body = models.TextField(_("searched words"))
    units = ArrayField(models.TextField(), verbose_name=_("places and departments"))

    class Meta:
        verbose_name = _("searched text")
        verbose_name_plural = _("searched texts")
        indexes = [
            # A search reads all that is not yet sorted into the index, so little may wait (in KiB).
            GinIndex(
                Func(F("body"), F("units"), function="incident_tokens"),
                name="incident_text_tokens",
                fastupdate=True,
                gin_pending_list_limit=256,
            )
        ]

    def __str__(self) -> str:
        return self.body[:40]
