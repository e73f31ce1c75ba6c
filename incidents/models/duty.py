"""When people are left in peace, and who is on duty when everybody else is not."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organizations.models import Organization
from organizations.scopes import AnyUser


class QuietHours(models.Model):
    """From when until when people of a unit, or of the whole city, are told nothing that can wait.

    An end before the start lies on the next day. Source: R-86.
    """

    organization = models.OneToOneField(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="quiet_hours",
        verbose_name=_("organisation"),
        help_text=_("Empty: the whole city. A unit's hours also hold for every unit below it."),
    )
    starts_at = models.TimeField(_("from"))
    ends_at = models.TimeField(_("until"))
    is_active = models.BooleanField(_("in use"), default=True)
    edited_locally = models.BooleanField(_("edited here"), default=False, editable=False)

    class Meta:
        verbose_name = _("quiet hours")
        verbose_name_plural = _("quiet hours")
        ordering = [F("organization").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                name="quiet_hours_once",
                nulls_distinct=False,
                violation_error_message=_("This unit already has quiet hours."),
            ),
            models.CheckConstraint(
                condition=~Q(starts_at=F("ends_at")),
                name="quiet_hours_have_length",
                violation_error_message=_("Quiet hours must end at another time than they start."),
            ),
        ]

    def __str__(self) -> str:
        place = _("the whole city") if self.organization is None else self.organization.name
        return f"{place} {self.starts_at:%H:%M}–{self.ends_at:%H:%M}"


class DutyShiftQuerySet(models.QuerySet[Any]):
    """Rows of the duty roster by who sees them and by when they hold."""

    def visible_to(self, user: AnyUser) -> Self:
        """Return the rows of the units the person sees, and their own."""
        units: Any = Organization.objects
        return self.filter(
            Q(organization__in=units.visible_to(user).values("pk")) | Q(person_id=user.pk or 0)
        )

    def covering(self, moment: Any) -> Self:
        """Return the rows that hold at a moment; the end of one belongs to the next."""
        return self.filter(starts_at__lte=moment, ends_at__gt=moment)


class DutyShift(models.Model):
    """Who is on duty for a unit from when until when; several may share a time. Source: R-87."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="duty_shifts", verbose_name=_("organisation")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="duty_shifts",
        verbose_name=_("person"),
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    note = models.CharField(_("note"), max_length=100, blank=True)

    objects = DutyShiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duty roster")
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="duty_shift_ends_after_start",
                violation_error_message=_("The duty must end after it starts."),
            ),
            models.UniqueConstraint(
                fields=["organization", "person", "starts_at"],
                name="duty_shift_once",
                violation_error_message=_("This person is already on duty from then on."),
            ),
        ]
        indexes = [models.Index(fields=["organization", "ends_at"], name="duty_shift_covering")]

    def __str__(self) -> str:
        return f"{self.organization} {self.starts_at:%Y-%m-%d %H:%M} {self.person}"
