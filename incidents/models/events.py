"""The timeline: append-only events that say who, when, what, why, and by which rule."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.choices import STATES, VERBS
from incidents.models.incidents import Incident
from organizations.models import Organization


class IncidentEvent(models.Model):
    """One thing that happened to an incident; the database refuses to change or delete it.

    `reasons` is a list of {"code", "params"} put into words when read. `is_public` events are shown to the
    reporter, without names. `unit` is the organisation the person acted for.
    """

    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="events", verbose_name=_("incident")
    )
    at = models.DateTimeField(_("when"))
    actor_kind = models.CharField(_("kind of actor"), max_length=10)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    unit = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit"),
    )
    verb = models.CharField(_("what"), max_length=20, choices=VERBS)
    from_state = models.CharField(_("from"), max_length=16, choices=STATES, blank=True)
    to_state = models.CharField(_("to"), max_length=16, choices=STATES)
    note = models.TextField(_("note"), blank=True, max_length=2000)
    reasons = models.JSONField(_("reasons"), default=list, blank=True)
    data = models.JSONField(_("details"), default=dict, blank=True)
    is_public = models.BooleanField(_("shown to the reporter"), default=False)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("timeline")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["incident", "at", "id"], name="event_timeline")]
        triggers = [
            pgtrigger.Protect(name="event_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.verb} {self.at:%Y-%m-%d %H:%M}"
