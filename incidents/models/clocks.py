"""Running limits as a narrow table, so that the sweep touches little."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from incidents.choices import CLOCK_KINDS
from incidents.models.incidents import Incident
from incidents.models.reference import validate_limit
from incidents.models.whistles import WhistleResponse
from incidents.rules.durations import parse_limit
from incidents.rules.vocabulary import ClockKind, Unit
from organizations.models import Organization


class Clock(models.Model):
    """One limit of one unit. Truth of what is due: the sweep claims rows whose `fires_at` has passed.

    `stage` counts the steps taken: 0 running, 1 warned, 2 run out, 3 and more reminded. `fires_at` is the
    next moment something happens (`warn_at`, then `due_at`) and null while nothing will: stopped, paused,
    or done. `limit` is what it was started with, as staff write it; `original_due_at` when it would have run
    out had it never been paused or extended, null while it never was. Source: R-80.
    """

    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="clocks", verbose_name=_("incident")
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("whose limit")
    )
    whistle_response = models.ForeignKey(
        WhistleResponse,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="clocks",
        verbose_name=_("whistle response"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=CLOCK_KINDS)
    started_at = models.DateTimeField(_("started"))
    warn_at = models.DateTimeField(_("warns"))
    due_at = models.DateTimeField(_("due"))
    fires_at = models.DateTimeField(_("fires next"), null=True, blank=True)
    stage = models.PositiveSmallIntegerField(_("steps taken"), default=0)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    limit = models.CharField(
        _("limit"), max_length=12, blank=True, default="", db_default="", validators=[validate_limit]
    )
    original_due_at = models.DateTimeField(_("first due"), null=True, blank=True)
    paused_at = models.DateTimeField(_("paused"), null=True, blank=True)
    held_fires_at = models.DateTimeField(_("would have fired"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(ClockKind)), name="clock_kind_known"),
            models.CheckConstraint(
                condition=Q(warn_at__lte=F("due_at"), started_at__lte=F("warn_at")), name="clock_in_order"
            ),
            models.CheckConstraint(
                condition=Q(stopped_at=None) | Q(fires_at=None), name="clock_stopped_does_not_fire"
            ),
            models.CheckConstraint(
                condition=Q(paused_at=None) | Q(fires_at=None), name="clock_paused_does_not_fire"
            ),
            models.CheckConstraint(
                condition=Q(held_fires_at=None) | Q(paused_at__isnull=False), name="clock_holds_only_paused"
            ),
            models.UniqueConstraint(
                fields=["incident", "kind", "organization"],
                condition=Q(stopped_at=None),
                name="clock_one_running",
            ),
        ]
        indexes = [
            models.Index(fields=["fires_at", "id"], condition=Q(fires_at__isnull=False), name="clock_due"),
            models.Index(fields=["incident", "kind"], name="clock_incident"),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.kind} {self.due_at:%Y-%m-%d %H:%M}"

    @property
    def unit(self) -> Unit:
        """Return the kind of time it runs in; clocks from before limits were kept run in hours."""
        return parse_limit(self.limit).unit if self.limit else Unit.HOURS


class ClockStep(models.Model):
    """That a step of a clock has been taken; unique, so that no step is ever taken twice."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="steps", verbose_name=_("clock"))
    step = models.PositiveSmallIntegerField(_("step"))
    due_at = models.DateTimeField(_("was due"), null=True, blank=True)
    taken_at = models.DateTimeField(_("taken"))

    class Meta:
        verbose_name = _("clock step")
        verbose_name_plural = _("clock steps")
        constraints = [models.UniqueConstraint(fields=["clock", "step"], name="clock_step_once")]

    def __str__(self) -> str:
        return f"{self.clock_id} #{self.step}"
