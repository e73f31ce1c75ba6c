"""Dwellings, and the households that live in them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from residents.choices import DwellingUse, HouseholdKind, Source
from residents.models.places import Placed
from residents.querysets import HouseholdQuerySet, PlacedQuerySet


class Dwelling(Placed):
    """A flat or house that can be lived in; `area` in square metres.

    `reported_lived_in` is what somebody other than us says (a meter, a department), from when; it may
    contradict who is registered there, which is what matching looks for.
    """

    unit = models.CharField(_("staircase"), max_length=20, blank=True)
    room = models.CharField(_("room"), max_length=30)
    use = models.CharField(_("use"), max_length=10, choices=DwellingUse, default=DwellingUse.UNKNOWN)
    area = models.DecimalField(
        _("area in square metres"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    reported_lived_in = models.BooleanField(_("reported as lived in"), null=True, blank=True)
    reported_on = models.DateField(_("reported on"), null=True, blank=True)
    reported_source = models.CharField(_("reported by"), max_length=10, choices=Source, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = PlacedQuerySet.as_manager()

    class Meta:
        verbose_name = _("dwelling")
        verbose_name_plural = _("dwellings")
        ordering = ["building", "unit", "room"]
        constraints = [
            models.UniqueConstraint(
                fields=["building", "unit", "room"],
                name="dwelling_once_in_building",
                violation_error_message=_(
                    "This building has a dwelling with this staircase and room already."
                ),
            ),
            models.CheckConstraint(condition=Q(building__isnull=False), name="dwelling_in_building"),
        ]
        indexes = [models.Index(fields=["community", "id"], name="dwelling_community")]

    def __str__(self) -> str:
        return f"{self.unit}{'-' if self.unit else ''}{self.room}"


class Household(Placed):
    """People who live together, one file; `registered_on` is when a visit wrote it down completely.

    `version` rises with every change, so that a form made from an older row is refused.
    """

    dwelling = models.ForeignKey(
        Dwelling,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="households",
        verbose_name=_("dwelling"),
    )
    register_number = models.CharField(
        _("number in the household register"), max_length=30, blank=True, default="", db_default=""
    )
    kind = models.CharField(_("kind"), max_length=10, choices=HouseholdKind, default=HouseholdKind.FAMILY)
    opened_on = models.DateField(_("since"))
    closed_on = models.DateField(_("until"), null=True, blank=True)
    registered_on = models.DateField(_("registered at the door on"), null=True, blank=True)
    last_visited_on = models.DateField(_("last visited on"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source, default=Source.COLLECTED)
    version = models.PositiveIntegerField(_("version"), default=1, db_default=1, editable=False)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("opened_on")),
                name="household_ends_after_start",
                violation_error_message=_("The last day lies before the first day."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["grid", "last_visited_on", "id"],
                condition=Q(closed_on=None),
                name="household_grid_visit",
            ),
            models.Index(fields=["community", "id"], condition=Q(closed_on=None), name="household_community"),
            models.Index(fields=["street", "id"], condition=Q(closed_on=None), name="household_street"),
            models.Index(
                fields=["community", "register_number"],
                condition=Q(closed_on=None) & ~Q(register_number=""),
                name="household_register_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
