"""Incidents handed over by another system: one job per file, one row per line of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.choices import CHANNELS
from incidents.models.incidents import Incident
from incidents.querysets import ImportJobQuerySet


class ImportOutcome(models.TextChoices):
    """What has become of a row."""

    WAITING = "waiting", _("waiting")
    FILED = "filed", _("filed")
    KNOWN = "known", _("filed before")
    REFUSED = "refused", _("refused")


class ImportJob(models.Model):
    """One file; finished once no row of it waits. `header` are the file's own column titles, in order."""

    system = models.CharField(_("other system"), max_length=40)
    channel = models.CharField(_("channel"), max_length=20, choices=CHANNELS)
    file_name = models.CharField(_("file"), max_length=120)
    header = models.JSONField(_("column titles"), default=list)
    row_count = models.PositiveIntegerField(_("rows"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("imported by")
    )
    created_at = models.DateTimeField(_("created"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = ImportJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="import_job_newest"),
            models.Index(fields=["created_by", "-created_at", "-id"], name="import_job_own"),
            models.Index(fields=["id"], condition=Q(finished_at=None), name="import_job_unfinished"),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.file_name}"


class ImportRow(models.Model):
    """One line of a file. `sealed` holds its cells as encrypted JSON until it is filed or forgotten."""

    job = models.ForeignKey(
        ImportJob, on_delete=models.CASCADE, related_name="rows", verbose_name=_("import")
    )
    line = models.PositiveIntegerField(_("line"))
    sealed = models.TextField(_("cells"), blank=True)
    outcome = models.CharField(
        _("outcome"), max_length=8, choices=ImportOutcome, default=ImportOutcome.WAITING
    )
    reason = models.CharField(_("why not"), max_length=300, blank=True)
    incident = models.ForeignKey(
        Incident,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("incident"),
    )

    class Meta:
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        ordering = ["job", "line"]
        constraints = [
            models.UniqueConstraint(fields=["job", "line"], name="import_row_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=ImportOutcome.values), name="import_row_outcome_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["job", "line"],
                condition=Q(outcome=ImportOutcome.WAITING),
                name="import_row_waiting",
            ),
            models.Index(fields=["job", "outcome"], name="import_row_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.job_id}:{self.line}"
