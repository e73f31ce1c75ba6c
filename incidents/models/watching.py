"""What keeps an eye on the work: cases given back with their grounds, and orders of supervision."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.choices import LEVELS
from incidents.models.incidents import Incident
from incidents.querysets import OfIncidentQuerySet
from organizations.models import Organization


class ReturnSlip(models.Model):
    """That a unit gave a case back, on what grounds, and what became of it. Source: R-120, R-121, R-122.

    `suggested_unit` is empty where the unit does not know; then `suggestion` says so in words. `to_unit` is
    whoever got it next; `arbitrated` that the city grid office decided.
    """

    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="return_slips", verbose_name=_("incident")
    )
    unit = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("given back by")
    )
    level = models.CharField(_("level"), max_length=12, choices=LEVELS)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who")
    )
    at = models.DateTimeField(_("when"))
    dispatched_at = models.DateTimeField(_("had been dispatched"), null=True, blank=True)
    reason = models.TextField(_("reason"), max_length=2000)
    basis = models.TextField(_("legal basis"), max_length=1000)
    suggested_unit = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("suggested owner"),
    )
    suggestion = models.TextField(_("suggestion in words"), max_length=1000, blank=True)
    decided_at = models.DateTimeField(_("handed on"), null=True, blank=True)
    to_unit = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("handed on to"),
    )
    arbitrated = models.BooleanField(_("decided by the grid office"), default=False)

    objects = OfIncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("returned case")
        verbose_name_plural = _("returned cases")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(suggested_unit__isnull=False) | ~Q(suggestion=""),
                name="return_suggests_something",
            ),
            models.UniqueConstraint(
                fields=["incident"], condition=Q(decided_at=None), name="return_one_waiting"
            ),
        ]
        indexes = [models.Index(fields=["unit", "at"], name="return_by_unit")]

    def __str__(self) -> str:
        return f"{self.incident} {self.at:%Y-%m-%d %H:%M}"


class Supervision(models.Model):
    """One order to look at a case: why, by whom, until when an answer is asked, the answer, its end.

    `ordered_by` is empty where the system ordered it by a rule; `reasons` then say which, as events do.
    Source: R-127, R-128.
    """

    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="supervisions", verbose_name=_("incident")
    )
    ordered_at = models.DateTimeField(_("ordered"))
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ordered by"),
    )
    unit = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ordering unit"),
    )
    reasons = models.JSONField(_("reasons"), default=list, blank=True)
    demand = models.TextField(_("what is demanded"), max_length=2000, blank=True, db_default="")
    reply_until = models.DateTimeField(_("answer until"), null=True, blank=True)
    reply = models.TextField(_("answer"), max_length=2000, blank=True, db_default="")
    replied_at = models.DateTimeField(_("answered"), null=True, blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lifted by"),
    )
    lift_note = models.TextField(_("why lifted"), max_length=2000, blank=True, db_default="")

    objects = OfIncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("supervision")
        verbose_name_plural = _("supervised cases")
        ordering = ["-ordered_at", "-id"]
        indexes = [
            models.Index(
                fields=["-ordered_at", "-id"], condition=Q(lifted_at=None), name="supervision_running"
            ),
            models.Index(fields=["incident", "lifted_at"], name="supervision_incident"),
        ]

    def __str__(self) -> str:
        return f"{self.incident} {self.ordered_at:%Y-%m-%d %H:%M}"
