"""Trying a draft on past incidents: the run, and each incident that would have gone elsewhere."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from incidents.choices import COLOURS, LEVELS, SIMULATION_STATUSES, SimulationStatus
from incidents.models.incidents import Incident
from incidents.models.rule_sets import RuleSet
from incidents.querysets import SimulatedChangeQuerySet, SimulationQuerySet

_UNFINISHED = Q(status=SimulationStatus.RUNNING)


class Simulation(models.Model):
    """One run of a draft over past incidents that its asker sees, beside the rules then in force.

    `last_reported_at` and `last_incident_id` say how far it has come; `rules_as_of` is the draft's last edit
    when it began, so that a draft edited meanwhile ends the run. `totals` are counted once, at the end.
    Source: R-73.
    """

    draft = models.ForeignKey(
        RuleSet, on_delete=models.CASCADE, related_name="simulations", verbose_name=_("draft")
    )
    compared_with = models.ForeignKey(
        RuleSet,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("compared with"),
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"))
    days = models.PositiveSmallIntegerField(_("days back"))
    since = models.DateTimeField(_("reported from"))
    until = models.DateTimeField(_("reported until"))
    rules_as_of = models.DateTimeField(_("draft as of"))
    status = models.CharField(
        pgettext_lazy("simulation", "status"),
        max_length=8,
        choices=SIMULATION_STATUSES,
        default=SimulationStatus.RUNNING,
    )
    total = models.PositiveIntegerField(_("incidents in the period"))
    checked = models.PositiveIntegerField(_("incidents checked"), default=0)
    last_reported_at = models.DateTimeField(null=True)
    last_incident_id = models.BigIntegerField(default=0)
    totals = models.JSONField(_("result"), default=dict)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = SimulationQuerySet.as_manager()

    class Meta:
        verbose_name = _("simulation")
        verbose_name_plural = _("simulations")
        ordering = ["-id"]
        indexes = [models.Index(fields=["id"], condition=_UNFINISHED, name="simulation_unfinished")]

    def __str__(self) -> str:
        at = timezone.localtime(self.asked_at)
        return gettext("last %(days)s days, %(at)s") % {"days": self.days, "at": f"{at:%Y-%m-%d %H:%M}"}

    @property
    def is_running(self) -> bool:
        """Return whether incidents are still being checked."""
        return self.status == SimulationStatus.RUNNING


class SimulatedChange(models.Model):
    """One incident that the draft would have judged otherwise; names are kept as they were then."""

    simulation = models.ForeignKey(
        Simulation, on_delete=models.CASCADE, related_name="changes", verbose_name=_("simulation")
    )
    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="+", verbose_name=_("incident")
    )
    from_colour = models.CharField(max_length=10, choices=COLOURS)
    to_colour = models.CharField(max_length=10, choices=COLOURS)
    from_level = models.CharField(max_length=12, choices=LEVELS)
    to_level = models.CharField(max_length=12, choices=LEVELS)
    from_lead = models.CharField(max_length=120, blank=True)
    to_lead = models.CharField(max_length=120, blank=True)
    from_rule = models.CharField(max_length=80, blank=True)
    to_rule = models.CharField(max_length=80, blank=True)
    colour_changes = models.BooleanField(default=False)
    level_changes = models.BooleanField(default=False)
    lead_changes = models.BooleanField(default=False)
    acceptance_changes = models.BooleanField(default=False)

    objects = SimulatedChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("simulated change")
        verbose_name_plural = _("simulated changes")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["simulation", "incident"], name="simulated_change_once")
        ]
        indexes = [models.Index(fields=["simulation", "id"], name="simulated_change_list")]

    def __str__(self) -> str:
        return f"{self.simulation_id} {self.incident_id}"
