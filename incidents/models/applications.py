"""What an owner applies for, who has to agree, and the cases that were set aside, with their reviews."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.choices import APPLICATION_STATES, APPROVERS, LEVELS, PENDING, STEP_DECISIONS, SUSPENSION_KINDS
from incidents.models.incidents import Incident
from incidents.querysets import OfIncidentQuerySet
from incidents.rules.vocabulary import ApplicationState
from organizations.models import Organization


class Application(models.Model):
    """One application for more time or for setting a case aside; the incident says whether one is pending.

    `limit_before` is the limit the work had when it was asked for, `limit_after` the one granted: both are
    kept, and the incident's `first_due_at` beside them. Source: R-123.
    """

    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="applications", verbose_name=_("incident")
    )
    kind = models.CharField(_("applied for"), max_length=10, choices=PENDING)
    state = models.CharField(
        _("decision"), max_length=10, choices=APPLICATION_STATES, default=ApplicationState.PENDING
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    unit = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("asking unit")
    )
    level = models.CharField(_("level"), max_length=12, choices=LEVELS)
    asked_at = models.DateTimeField(_("asked"))
    reason = models.TextField(_("reason"), max_length=2000)
    works = models.BooleanField(_("engineering works"), default=False)
    limit_before = models.DateTimeField(_("limit before"), null=True, blank=True)
    wanted_limit = models.DateTimeField(_("limit asked for"), null=True, blank=True)
    limit_after = models.DateTimeField(_("limit granted"), null=True, blank=True)
    suspension_kind = models.CharField(
        _("why set aside"), max_length=10, choices=SUSPENSION_KINDS, blank=True, default=""
    )
    review_on = models.DateField(_("first review"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = OfIncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident"],
                condition=Q(state=ApplicationState.PENDING),
                name="application_one_pending",
            ),
            models.CheckConstraint(
                condition=Q(state=ApplicationState.PENDING) | Q(decided_at__isnull=False),
                name="application_decided_has_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident} {self.get_kind_display()}"

    @property
    def current_step(self) -> "ApprovalStep | None":
        """Return the step that waits now; no query where the steps were prefetched."""
        return next((step for step in self.steps.all() if not step.decision), None)

    @property
    def steps_left(self) -> int:
        """Return how many steps wait after the current one."""
        return max(sum(1 for step in self.steps.all() if not step.decision) - 1, 0)


class ApprovalStep(models.Model):
    """One unit's word on an application, in order; the first without a decision waits."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="steps", verbose_name=_("application")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    approver = models.CharField(_("who decides"), max_length=12, choices=APPROVERS)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit")
    )
    decision = models.CharField(_("decision"), max_length=10, choices=STEP_DECISIONS, blank=True, default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True, max_length=2000)

    class Meta:
        verbose_name = _("approval step")
        verbose_name_plural = _("approval steps")
        ordering = ["application", "position"]
        constraints = [
            models.UniqueConstraint(fields=["application", "position"], name="approval_step_once"),
            models.CheckConstraint(
                condition=Q(decision="", decided_by=None, decided_at=None)
                | (~Q(decision="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="approval_step_says_who",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "application"], condition=Q(decision=""), name="approval_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id} #{self.position}"


class Suspension(models.Model):
    """A case set aside, from the grant to its resumption; the open ones are the long-term ledger.

    `review_on` is the next day it has to be looked at. Source: R-125, R-126.
    """

    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="suspensions", verbose_name=_("incident")
    )
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="suspension", verbose_name=_("application")
    )
    kind = models.CharField(_("why set aside"), max_length=10, choices=SUSPENSION_KINDS)
    since = models.DateTimeField(_("set aside"))
    review_on = models.DateField(_("next review"))
    ended_at = models.DateTimeField(_("taken up again"), null=True, blank=True)

    objects = OfIncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("suspended case")
        verbose_name_plural = _("long-term ledger")
        ordering = ["review_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident"], condition=Q(ended_at=None), name="suspension_one_running"
            )
        ]
        indexes = [
            models.Index(fields=["review_on", "id"], condition=Q(ended_at=None), name="suspension_ledger")
        ]

    def __str__(self) -> str:
        return f"{self.incident} {self.get_kind_display()}"


class SuspensionReview(models.Model):
    """One look at a suspended case: what was found, and when the next look is due. Source: R-126."""

    suspension = models.ForeignKey(
        Suspension, on_delete=models.CASCADE, related_name="reviews", verbose_name=_("suspended case")
    )
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who")
    )
    due_on = models.DateField(_("was due"))
    note = models.TextField(_("finding"), max_length=2000)
    review_on = models.DateField(_("next review"))

    class Meta:
        verbose_name = _("review of a suspended case")
        verbose_name_plural = _("reviews of suspended cases")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.suspension_id} {self.at:%Y-%m-%d}"
