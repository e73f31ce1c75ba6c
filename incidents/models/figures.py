"""Appeals against being counted, and figures as they stood on a day."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from incidents.choices import APPEAL_ABOUT, APPLICATION_STATES, COLOURS, RATES
from incidents.models.incidents import Incident
from incidents.models.reference import Category
from incidents.querysets import FigureRowQuerySet, OfIncidentQuerySet
from incidents.rules.vocabulary import AppealAbout, ApplicationState
from organizations.models import Organization


class FigureAppeal(models.Model):
    """That a unit asks to leave a case, or the verdicts on it, out of its figures. Source: R-155."""

    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="figure_appeals", verbose_name=_("incident")
    )
    about = models.CharField(_("what is to be left out"), max_length=8, choices=APPEAL_ABOUT)
    state = models.CharField(
        _("decision"), max_length=10, choices=APPLICATION_STATES, default=ApplicationState.PENDING
    )
    unit = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("asking unit")
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"))
    reason = models.TextField(_("reason"), max_length=2000)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    grounds = models.TextField(_("grounds of the decision"), max_length=2000, blank=True)

    objects = OfIncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(about__in=list(AppealAbout)), name="appeal_about_known"),
            models.UniqueConstraint(
                fields=["incident"], condition=Q(state=ApplicationState.PENDING), name="appeal_one_pending"
            ),
            models.CheckConstraint(
                condition=Q(state=ApplicationState.PENDING, decided_at=None, decided_by=None)
                | (
                    Q(state__in=(ApplicationState.GRANTED, ApplicationState.REFUSED))
                    & Q(decided_at__isnull=False, decided_by__isnull=False)
                ),
                name="appeal_decided_says_who",
            ),
        ]
        indexes = [
            models.Index(
                fields=["incident"], condition=Q(state=ApplicationState.GRANTED), name="appeal_granted"
            )
        ]

    def __str__(self) -> str:
        return f"{self.incident} {self.get_about_display()}"


class FigureSnapshot(models.Model):
    """One time that the figures of a period were written down; rows and head are never changed again.

    `taken_by` is empty where the calendar took it. One a period and day of taking. Source: R-156.
    """

    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    taken_on = models.DateField(_("as they stood on"))
    taken_at = models.DateTimeField(_("taken"))
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken by"),
    )

    class Meta:
        verbose_name = _("figures as they stood")
        verbose_name_plural = _("figures as they stood")
        ordering = ["-taken_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="snapshot_in_order"),
            models.UniqueConstraint(fields=["first", "last", "taken_on"], name="snapshot_once_a_day"),
        ]
        triggers = [pgtrigger.Protect(name="snapshot_frozen", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.first} – {self.last} ({self.taken_on})"


class FigureRow(models.Model):
    """One figure of one organisation, colour and category as it stood; `left_out` counts the reasons.

    Cases that are withheld from anybody are in no row, so that rows tell nothing about them.
    """

    snapshot = models.ForeignKey(
        FigureSnapshot, on_delete=models.CASCADE, related_name="rows", verbose_name=_("figures as they stood")
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit")
    )
    colour = models.CharField(_("colour"), max_length=10, choices=COLOURS)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="+", verbose_name=_("category")
    )
    rate = models.CharField(_("figure"), max_length=20, choices=RATES)
    numerator = models.PositiveIntegerField(_("numerator"))
    denominator = models.PositiveIntegerField(_("denominator"))
    left_out = models.JSONField(_("left out"), default=dict, blank=True)

    objects = FigureRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure as it stood")
        verbose_name_plural = _("rows of figures as they stood")
        ordering = ["snapshot", "organization", "colour", "category", "rate"]
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "organization", "colour", "category", "rate"], name="figure_row_once"
            ),
            models.CheckConstraint(
                condition=Q(numerator__lte=F("denominator")), name="figure_row_is_a_share"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="figure_row_frozen", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.rate} {self.numerator}/{self.denominator}"
