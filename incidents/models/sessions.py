"""Units working on one matter together: the session with its minutes, and the tasks given out there."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.choices import SESSION_MODES
from incidents.models.incidents import Incident
from incidents.models.whistles import Whistle
from organizations.models import Organization


class Session(models.Model):
    """A joint meeting, work on site, a task force or a consultation, as it was recorded. Source: R-59.

    `whistle` is the one that was running. `people` are the names of those present, as in any minutes.
    """

    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="sessions", verbose_name=_("incident")
    )
    whistle = models.ForeignKey(
        Whistle,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("whistle"),
    )
    mode = models.CharField(_("way of working"), max_length=16, choices=SESSION_MODES)
    held_at = models.DateTimeField(_("held at"))
    place = models.CharField(_("where"), max_length=100, blank=True)
    units = models.ManyToManyField(Organization, related_name="+", blank=True, verbose_name=_("units"))
    people = models.CharField(_("people present"), max_length=300, blank=True)
    minutes = models.TextField(_("minutes"), max_length=2000)
    decisions = models.TextField(_("what was decided"), max_length=1000, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("joint session")
        verbose_name_plural = _("joint sessions")
        ordering = ["-held_at", "-id"]

    def __str__(self) -> str:
        return f"{self.incident_id} · {self.get_mode_display()}"


class SessionTask(models.Model):
    """One task that a session gave a unit; late until done, and its unit is reminded once. Source: R-59."""

    session = models.ForeignKey(
        Session, on_delete=models.CASCADE, related_name="tasks", verbose_name=_("joint session")
    )
    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="session_tasks", verbose_name=_("incident")
    )
    unit = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    text = models.CharField(_("task"), max_length=200)
    due_at = models.DateTimeField(_("due"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("done by"),
    )
    done_note = models.TextField(_("what was done"), max_length=1000, blank=True)
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)

    class Meta:
        verbose_name = _("task of a session")
        verbose_name_plural = _("tasks of sessions")
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(fields=["unit", "due_at"], condition=Q(done_at=None), name="session_task_open"),
            models.Index(
                fields=["due_at"],
                condition=Q(done_at=None, reminded_at=None),
                name="session_task_to_remind",
            ),
        ]

    def __str__(self) -> str:
        return self.text
