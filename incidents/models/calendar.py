"""Working calendars: whose they are, the days that differ from the week, and the shifts of a working day.

Rows without a calendar belong to the city, whose calendar holds wherever no unit has one of its own.
"""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from incidents.choices import DAY_KINDS, WEEKDAYS
from organizations.models import Organization


def monday_to_friday() -> list[int]:
    """Return the weekdays that are worked unless a calendar says otherwise."""
    return [0, 1, 2, 3, 4]


class UnitCalendar(models.Model):
    """The week of the whole city (no organisation), or of a unit that works otherwise. Source: R-81."""

    organization = models.OneToOneField(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="work_calendar",
        verbose_name=_("organisation"),
        help_text=_("It also holds for every unit below it that has no calendar of its own."),
    )
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=WEEKDAYS),
        default=monday_to_friday,
        verbose_name=_("days of the week that are worked"),
    )
    edited_locally = models.BooleanField(_("edited here"), default=False, editable=False)

    class Meta:
        verbose_name = _("unit's calendar")
        verbose_name_plural = _("units' calendars")
        ordering = [F("organization").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                name="unit_calendar_once",
                nulls_distinct=False,
                violation_error_message=_("This unit already has a calendar."),
            ),
            models.CheckConstraint(
                condition=Q(weekdays__len__gt=0) & Q(weekdays__contained_by=list(range(7))),
                name="unit_calendar_has_weekdays",
                violation_error_message=_("A week needs at least one working day."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("the whole city")) if self.organization is None else self.organization.name


class CalendarDay(models.Model):
    """A holiday, or a weekend day that is worked (调休); of the city, or of one unit's calendar."""

    calendar = models.ForeignKey(
        UnitCalendar,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="days",
        verbose_name=_("calendar"),
        help_text=_("Empty: the city's, which holds everywhere."),
    )
    day = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=10, choices=DAY_KINDS)
    name = models.CharField(_("name"), max_length=40, blank=True)
    edited_locally = models.BooleanField(_("edited here"), default=False, editable=False)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar")
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "day"],
                name="calendar_day_once",
                nulls_distinct=False,
                violation_error_message=_("This calendar already has an entry for this day."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.get_kind_display()}"


class WorkShift(models.Model):
    """One stretch of a working day; the gap between two is the lunch break. Local time.

    A shift of one weekday replaces the usual ones on that weekday, for example on half-worked Saturdays.
    """

    calendar = models.ForeignKey(
        UnitCalendar,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="shifts",
        verbose_name=_("calendar"),
        help_text=_("Empty: the city's, which holds everywhere."),
    )
    weekday = models.PositiveSmallIntegerField(
        _("only on"),
        choices=WEEKDAYS,
        null=True,
        blank=True,
        validators=[MaxValueValidator(6)],
        help_text=_("Empty: on every working day that has no shifts of its own."),
    )
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
