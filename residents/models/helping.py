"""One helper and one unit for a person (二帮一), and what they did."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organizations.models import Organization
from residents.models.people import Person
from residents.querysets import CareAssignmentQuerySet, OfPersonQuerySet

_OPEN = Q(valid_to=None)


class ContactKind(models.TextChoices):
    """How somebody was in touch."""

    VISIT = "visit", _("visit")
    PHONE = "phone", _("phone call")
    MESSAGE = "message", _("message")
    ERRAND = "errand", _("errand done for them")
    OTHER = "other", _("other")


class HelpEnd(models.TextChoices):
    """Why help ended or went to others."""

    CHANGED = "changed", _("others help now")
    NO_LONGER = "no_longer", _("no longer needed")
    DECLINED = "declined", _("does not want help")
    LEFT = "left", _("died or moved away")


class CareAssignment(models.Model):
    """Exactly one helper and one unit for a person at a time. Source: R-245.

    Changed by ending the row and opening the next. `contact_days` is how often they are in touch;
    `next_due_on` follows from the last contact.
    """

    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        related_name="care_assignments",
        verbose_name=_("person"),
    )
    helper = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("helper"),
    )
    unit = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("unit")
    )
    contact_days = models.PositiveSmallIntegerField(
        _("in touch every so many days"), validators=[MinValueValidator(1), MaxValueValidator(180)]
    )
    valid_from = models.DateField(_("since"))
    valid_to = models.DateField(_("until"), null=True, blank=True)
    end_reason = models.CharField(_("why it ended"), max_length=9, choices=HelpEnd, blank=True)
    last_contact_on = models.DateField(_("last in touch on"), null=True, blank=True)
    next_due_on = models.DateField(_("next due on"))

    objects = CareAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("helper and unit")
        verbose_name_plural = _("helpers and units")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=_OPEN, name="care_assignment_one_at_a_time"),
            models.CheckConstraint(
                condition=_OPEN | Q(valid_to__gte=F("valid_from")), name="care_assignment_ends_after_start"
            ),
            models.CheckConstraint(
                condition=_OPEN ^ ~Q(end_reason=""), name="care_assignment_ended_for_a_reason"
            ),
        ]
        indexes = [
            models.Index(
                fields=["helper", "next_due_on", "id"], condition=_OPEN, name="care_assignment_helper"
            ),
            models.Index(fields=["unit", "next_due_on", "id"], condition=_OPEN, name="care_assignment_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.helper} · {self.unit}"


class ContactLog(models.Model):
    """One time the helper or the unit was in touch; what was said is sealed."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="contacts", verbose_name=_("person")
    )
    assignment = models.ForeignKey(
        CareAssignment, on_delete=models.PROTECT, related_name="contacts", verbose_name=_("helper and unit")
    )
    on = models.DateField(_("day"))
    kind = models.CharField(_("how"), max_length=7, choices=ContactKind)
    note_sealed = models.TextField(_("note"), blank=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    at = models.DateTimeField(_("written down"))

    objects = OfPersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact of care")
        verbose_name_plural = _("contacts of care")
        ordering = ["-on", "-id"]

    def __str__(self) -> str:
        return f"{self.on} {self.get_kind_display()}"
