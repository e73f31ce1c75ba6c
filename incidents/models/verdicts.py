"""What reporters say of the result: one row each time somebody is asked, and one for each attempt to ring."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.choices import CALL_OUTCOMES, CHANNELS, VERDICTS
from incidents.models.incidents import Incident
from incidents.rules.vocabulary import CallOutcome, Verdict
from organizations.models import Organization


class VerdictReason(models.Model):
    """Why a reporter is not satisfied, to be ticked; staff edit the list. Source: R-145, R-152."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    is_active = models.BooleanField(_("in use"), default=True)
    is_solved = models.BooleanField(
        _("the matter itself was solved"),
        default=False,
        db_default=False,
        help_text=_("Somebody dissatisfied for such reasons only still counts as solved."),
    )
    edited_locally = models.BooleanField(_("edited here"), default=False, editable=False)

    class Meta:
        verbose_name = _("reason of dissatisfaction")
        verbose_name_plural = _("reasons of dissatisfaction")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name


class VerdictRound(models.Model):
    """One time that the reporter of one incident is asked; every round and every merged reporter counts.

    A closed round without a `kind` went unanswered. `organization` owned the work when the question was put.
    `call_after` is when the desk may ring, null where nobody rings (any more); whoever holds the claim until
    `claimed_until` is on the phone. `notice_by` printed the link for the reporter. Source: R-144.
    """

    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="verdict_rounds", verbose_name=_("incident")
    )
    number = models.PositiveSmallIntegerField(_("round"))
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("whose work")
    )
    opened_at = models.DateTimeField(_("reporter asked"))
    closed_at = models.DateTimeField(_("answered or given up"), null=True, blank=True)
    kind = models.CharField(_("verdict"), max_length=14, choices=VERDICTS, blank=True)
    reason_codes = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, verbose_name=_("reasons")
    )
    note = models.TextField(_("in their words"), max_length=2000, blank=True)
    channel = models.CharField(_("heard by"), max_length=20, choices=CHANNELS, blank=True)
    judged_by_kind = models.CharField(_("kind of actor"), max_length=10, blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    attempts = models.PositiveSmallIntegerField(_("calls"), default=0)
    call_after = models.DateTimeField(_("may be rung from"), null=True, blank=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("on the phone"),
    )
    claimed_until = models.DateTimeField(_("on the phone until"), null=True, blank=True)
    notice_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("notice printed by"),
    )

    class Meta:
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        ordering = ["incident", "number"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "number"], name="verdict_round_once"),
            models.UniqueConstraint(
                fields=["incident"], condition=Q(closed_at=None), name="verdict_round_one_open"
            ),
            models.CheckConstraint(
                condition=Q(kind="") | Q(kind__in=list(Verdict), closed_at__isnull=False),
                name="verdict_round_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(call_after=None), name="verdict_round_closed_is_silent"
            ),
        ]
        indexes = [
            models.Index(
                fields=["opened_at", "id"],
                condition=Q(call_after__isnull=False),
                name="verdict_round_to_call",
            ),
            models.Index(fields=["organization", "closed_at"], name="verdict_round_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} · {self.number}"


class CallAttempt(models.Model):
    """One attempt to ring a reporter, and how it ended. Source: R-146."""

    round = models.ForeignKey(
        VerdictRound, on_delete=models.CASCADE, related_name="calls", verbose_name=_("verdict")
    )
    at = models.DateTimeField(_("when"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who rang")
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=CALL_OUTCOMES)
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=list(CallOutcome)), name="call_outcome_known")
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.outcome}"
