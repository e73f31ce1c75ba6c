"""Where dwellings and the people registered in them do not fit, and when so many people are too many."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from residents.choices import DwellingUse
from residents.models.households import Dwelling, Household
from residents.models.places import Placed
from residents.querysets import MismatchQuerySet


class MismatchKind(models.TextChoices):
    """What does not fit. Source: R-215."""

    EMPTY_BUT_LIVED_IN = "empty_lived_in", _("reported as lived in, nobody registered")
    VACANT_BUT_PEOPLE = "vacant_people", _("use is vacant, people registered")
    TOO_MANY = "too_many", _("more people than the dwelling takes")
    TWO_HEADS = "two_heads", _("two heads of household")
    NO_HEAD = "no_head", _("no head of household")
    NOBODY = "nobody", _("household without people")


class MismatchState(models.TextChoices):
    """Whether a mismatch waits, was confirmed to be right until a day, or is no longer so."""

    OPEN = "open", _("waiting")
    CONFIRMED = "confirmed", _("confirmed")
    GONE = "gone", _("no longer so")


_LIVE = Q(state__in=[MismatchState.OPEN, MismatchState.CONFIRMED])


class Mismatch(Placed):
    """One mismatch of one dwelling or one household; at most one that is not gone for kind and place.

    Written only by services.matching. `people` is how many were found, while confirmed how many there were
    when somebody confirmed; `allowed` how many the rule takes.
    """

    kind = models.CharField(_("what does not fit"), max_length=14, choices=MismatchKind)
    dwelling = models.ForeignKey(
        Dwelling,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="mismatches",
        verbose_name=_("dwelling"),
    )
    household = models.ForeignKey(
        Household,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="mismatches",
        verbose_name=_("household"),
    )
    people = models.PositiveIntegerField(_("people"), default=0)
    allowed = models.PositiveIntegerField(_("people at most"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=MismatchState, default=MismatchState.OPEN, db_default="open"
    )
    found_on = models.DateField(_("found on"))
    times = models.PositiveIntegerField(_("times found"), default=1, db_default=1)
    reason = models.CharField(_("reason"), max_length=200, blank=True, db_default="")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_until = models.DateField(_("confirmed until"), null=True, blank=True)
    gone_on = models.DateField(_("no longer so since"), null=True, blank=True)

    objects = MismatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("mismatch")
        verbose_name_plural = _("mismatches")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "dwelling", "household"],
                condition=_LIVE,
                nulls_distinct=False,
                name="mismatch_once",
            ),
            models.CheckConstraint(
                condition=Q(dwelling=None) ^ Q(household=None), name="mismatch_of_dwelling_or_household"
            ),
            models.CheckConstraint(
                condition=~Q(state=MismatchState.CONFIRMED) | Q(confirmed_until__isnull=False),
                name="mismatch_confirmed_until",
            ),
            models.CheckConstraint(
                condition=Q(state=MismatchState.GONE) ^ Q(gone_on=None), name="mismatch_gone_since"
            ),
        ]
        indexes = [
            models.Index(fields=["grid", "id"], condition=_LIVE, name="mismatch_grid"),
            models.Index(fields=["community", "id"], condition=_LIVE, name="mismatch_community"),
            models.Index(fields=["street", "id"], condition=_LIVE, name="mismatch_street"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"


class OccupancyLimit(models.Model):
    """How many people a dwelling takes, by its use; the smaller of both numbers holds. Source: R-216.

    `square_metres_each` only counts where the area is known.
    """

    use = models.CharField(
        _("use"),
        max_length=10,
        choices=DwellingUse,
        blank=True,
        unique=True,
        help_text=_("Empty: every use without a row of its own."),
    )
    square_metres_each = models.DecimalField(
        _("square metres for each"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
    )
    people_at_most = models.PositiveSmallIntegerField(
        _("people at most"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
    )
    edited_locally = models.BooleanField(_("edited here"), default=False, editable=False)

    class Meta:
        verbose_name = _("occupancy limit")
        verbose_name_plural = _("occupancy limits")
        ordering = ["use"]
        constraints = [
            models.CheckConstraint(
                condition=Q(square_metres_each__isnull=False) | Q(people_at_most__isnull=False),
                name="occupancy_limit_says_something",
                violation_error_message=_("Give square metres for each, people at most, or both."),
            )
        ]

    def __str__(self) -> str:
        return str(self.get_use_display() or _("every other use"))
