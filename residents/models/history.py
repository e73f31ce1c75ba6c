"""What happened to people and households, and where people lived before."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from residents.choices import Kinship, ResidentVerb
from residents.models.households import Household
from residents.models.people import Person
from residents.querysets import OfPersonQuerySet, ResidentEventQuerySet


class ResidentEvent(models.Model):
    """One thing that happened to a person, a household or both; the database refuses to change or delete it.

    `data` names fields and places, never a number or a sensitive word. `effective_on` is the day it holds
    from, `at` when it was written down.
    """

    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("person"),
    )
    household = models.ForeignKey(
        Household,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("household"),
    )
    verb = models.CharField(_("what"), max_length=14, choices=ResidentVerb)
    effective_on = models.DateField(_("holds from"))
    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    data = models.JSONField(_("details"), default=dict, blank=True)

    objects = ResidentEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event of a resident")
        verbose_name_plural = _("history of residents")
        ordering = ["effective_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(household__isnull=False),
                name="resident_event_of_somebody",
            )
        ]
        indexes = [
            models.Index(fields=["person", "effective_on", "id"], name="resident_event_person"),
            models.Index(fields=["household", "effective_on", "id"], name="resident_event_household"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="resident_event_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.effective_on}"


class PastResidence(models.Model):
    """A household a person has lived in, first and last day inclusive."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="past_residences", verbose_name=_("person")
    )
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="past_residents", verbose_name=_("household")
    )
    kinship = models.CharField(_("relation to the head"), max_length=14, choices=Kinship)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"))

    objects = OfPersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("earlier residence")
        verbose_name_plural = _("earlier residences")
        ordering = ["-valid_to", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")), name="past_residence_ends_after_start"
            ),
            # A range of one id stands for equality, which needs no extension of the database.
            ExclusionConstraint(
                name="past_residence_one_at_a_time",
                expressions=[
                    (
                        Func(
                            F("person"),
                            F("person"),
                            Value("[]"),
                            function="int8range",
                            output_field=BigIntegerRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_to"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.household_id} {self.valid_from}–{self.valid_to}"
