"""The street's whistle and what each department did about it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.choices import WHISTLE_GROUNDS, WHISTLE_KINDS
from incidents.models.incidents import Incident
from incidents.models.reference import validate_limit
from organizations.models import Organization


class Whistle(models.Model):
    """One call of the street to departments over one incident; only residents' verdict ends it."""

    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="whistles", verbose_name=_("incident")
    )
    street = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("street")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=WHISTLE_KINDS)
    grounds = models.CharField(_("grounds"), max_length=20, choices=WHISTLE_GROUNDS)
    reason = models.TextField(_("why"), max_length=500)
    standard = models.TextField(_("handling standard"), max_length=500)
    response_limit = models.CharField(_("response limit"), max_length=12, validators=[validate_limit])
    blown_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("blown by")
    )
    blown_at = models.DateTimeField(_("blown"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("whistle")
        verbose_name_plural = _("whistles")
        ordering = ["-blown_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident"], condition=Q(ended_at=None), name="whistle_one_running_per_incident"
            )
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} · {self.get_kind_display()}"


class WhistleResponse(models.Model):
    """One department's answer: signed, reported in, reported done, each with its moment and person."""

    whistle = models.ForeignKey(
        Whistle, on_delete=models.CASCADE, related_name="responses", verbose_name=_("whistle")
    )
    department = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="whistle_responses", verbose_name=_("department")
    )
    is_lead = models.BooleanField(_("lead department"), default=False)
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)
    reported_in_at = models.DateTimeField(_("reported in"), null=True, blank=True)
    done_at = models.DateTimeField(_("reported done"), null=True, blank=True)
    done_note = models.TextField(_("what was done"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("whistle response")
        verbose_name_plural = _("whistle responses")
        ordering = ["-is_lead", "id"]
        constraints = [
            models.UniqueConstraint(fields=["whistle", "department"], name="whistle_response_once"),
            models.UniqueConstraint(
                fields=["whistle"], condition=Q(is_lead=True), name="whistle_response_one_lead"
            ),
        ]
        indexes = [
            models.Index(fields=["department"], condition=Q(done_at=None), name="whistle_response_pending")
        ]

    def __str__(self) -> str:
        return f"{self.whistle_id} · {self.department_id}"
