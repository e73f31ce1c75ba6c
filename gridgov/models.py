"""What the composition root keeps of its own: the results of simulated cities."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RunStatus(models.TextChoices):
    """How far a simulation has come; one that was killed stays running."""

    RUNNING = "running", pgettext_lazy("simulated city", "running")
    DONE = "done", pgettext_lazy("simulated city", "finished")
    STOPPED = "stopped", pgettext_lazy("simulated city", "stopped")


class CitySimulation(models.Model):
    """One simulated city: how it was asked for, and what its figures were at the end.

    `rates` holds numerator, denominator and what was left out of each figure, as rules R-150 to R-153 count
    them; `digest` stands for every event, so that two runs can be told to be the same. Rows outlive the data
    they tell of: the next simulation begins with an empty city and keeps them. Source: R-163.
    """

    city_code = models.CharField(_("city code"), max_length=6)
    city_name = models.CharField(pgettext_lazy("simulated city", "city"), max_length=40)
    first_day = models.DateField(_("first day"))
    days = models.PositiveSmallIntegerField(pgettext_lazy("simulated city", "days"))
    seed = models.PositiveBigIntegerField(_("seed"))
    profile = models.CharField(_("how people behave"), max_length=40)
    status = models.CharField(_("status"), max_length=8, choices=RunStatus.choices, default=RunStatus.RUNNING)
    began_at = models.DateTimeField(_("begun"))
    finished_at = models.DateTimeField(_("ended"), null=True, blank=True)
    seconds = models.FloatField(_("seconds"), null=True, blank=True)
    rates = models.JSONField(_("figures"), default=dict, blank=True)
    counts = models.JSONField(_("how many"), default=dict, blank=True)
    compared = models.JSONField(_("beside the published figures"), default=dict, blank=True)
    refused = models.JSONField(_("refused steps"), default=dict, blank=True)
    digest = models.CharField(_("digest of all events"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("simulated city")
        verbose_name_plural = _("simulated cities")
        ordering = ["-began_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status=RunStatus.DONE) | (Q(finished_at__isnull=False) & ~Q(digest="")),
                name="city_simulation_done_has_result",
            )
        ]

    def __str__(self) -> str:
        return f"{self.city_name} {self.first_day} {self.days} · {self.seed}"
