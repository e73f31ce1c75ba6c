"""The working calendar: single days that differ from the week, and the shifts of a working day."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from incidents.choices import DAY_KINDS


class CalendarDay(models.Model):
    """A holiday, or a weekend day that is worked (调休)."""

    day = models.DateField(_("day"), unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=DAY_KINDS)
    name = models.CharField(_("name"), max_length=40, blank=True)
    edited_locally = models.BooleanField(_("edited here"), default=False, editable=False)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar")
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} {self.get_kind_display()}"


class WorkShift(models.Model):
    """One stretch of a working day; the gap between two is the lunch break. Local time."""

    starts_at = models.TimeField(_("starts"))
    ends_at = models.TimeField(_("ends"))

    class Meta:
        verbose_name = _("working shift")
        verbose_name_plural = _("working shifts")
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="work_shift_ends_after_start",
                violation_error_message=_("The shift must end after it starts."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%H:%M}–{self.ends_at:%H:%M}"
