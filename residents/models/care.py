"""What kinds of care tags there are, and who has one; the word of a tag is sealed."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from residents.models.people import Person
from residents.querysets import PersonTagQuerySet

_OPEN = Q(ended_on=None)
_MONTHS = [MinValueValidator(1), MaxValueValidator(60)]


class CareTagGroup(models.TextChoices):
    """The three lists the kinds come from."""

    SERVICE = "service", _("people in need of service")
    CARE = "care", _("people under care and support")
    YOUTH = "youth", _("young people in focus")


class TagEnd(models.TextChoices):
    """Why a tag ended."""

    NO_LONGER = "no_longer", _("no longer applies")
    MISTAKEN = "mistaken", _("given by mistake")
    WITHDRAWN = "withdrawn", _("consent withdrawn")
    EXPIRED = "expired", _("expired")
    LEFT = "left", _("died or moved away")


class CareTagKind(models.Model):
    """A kind of tag: what for, on which legal basis, and for how many months at most. Source: R-240.

    Reference data: names no person. What is sensitive is shown for a purpose only.
    """

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=30, unique=True)
    group = models.CharField(_("list"), max_length=8, choices=CareTagGroup)
    is_sensitive = models.BooleanField(_("sensitive"), default=False)
    purpose = models.CharField(_("purpose"), max_length=200)
    legal_basis = models.CharField(pgettext_lazy("care", "legal basis"), max_length=200)
    months = models.PositiveSmallIntegerField(_("valid for months at most"), validators=_MONTHS)
    review_months = models.PositiveSmallIntegerField(_("reviewed after months"), validators=_MONTHS)
    is_offered = models.BooleanField(_("offered"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    edited_locally = models.BooleanField(_("edited here"), default=False, editable=False)

    class Meta:
        verbose_name = _("kind of care tag")
        verbose_name_plural = _("kinds of care tags")
        ordering = ["order", "pk"]
        permissions = [
            ("manage_care", "Can give and end care tags and set helpers"),
            ("view_sensitive_tag", "Can see sensitive care tags for a purpose"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(review_months__lte=F("months")),
                name="care_tag_kind_reviewed_in_time",
                violation_error_message=_("The review must come before the tag expires."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class PersonTag(models.Model):
    """A tag of a person, never deleted: what has ended keeps its row. Source: R-241.

    Kind, purpose and note are sealed; `kind_mark` is keyed, so that rows of one kind can be found without
    saying which. `expires_on` and `review_on` are days, both inclusive.
    """

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="tags", verbose_name=_("person")
    )
    kind_sealed = models.TextField(_("kind"), editable=False)
    kind_mark = models.UUIDField(_("mark of the kind"), editable=False)
    purpose_sealed = models.TextField(_("purpose"), blank=True, editable=False)
    note_sealed = models.TextField(_("note"), blank=True, editable=False)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("given by"),
    )
    valid_from = models.DateField(_("since"))
    expires_on = models.DateField(_("expires on"))
    review_on = models.DateField(_("to be reviewed on"))
    reviewed_on = models.DateField(_("last reviewed on"), null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("last reviewed by"),
    )
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ended by"),
    )
    end_reason = models.CharField(_("why it ended"), max_length=9, choices=TagEnd, blank=True)

    objects = PersonTagQuerySet.as_manager()

    class Meta:
        verbose_name = _("care tag")
        verbose_name_plural = _("care tags")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "kind_mark"], condition=_OPEN, name="person_tag_once"),
            models.CheckConstraint(
                condition=Q(expires_on__gte=F("valid_from")), name="person_tag_expires_after_start"
            ),
            models.CheckConstraint(condition=_OPEN ^ ~Q(end_reason=""), name="person_tag_ended_for_a_reason"),
        ]
        indexes = [
            models.Index(fields=["kind_mark", "person"], condition=_OPEN, name="person_tag_kind"),
            models.Index(fields=["expires_on"], condition=_OPEN, name="person_tag_expiry"),
            models.Index(fields=["review_on", "id"], condition=_OPEN, name="person_tag_review"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
