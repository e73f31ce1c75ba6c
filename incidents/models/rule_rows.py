"""Rules as rows of a version: what raises the colour, and who gets an incident."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from incidents.choices import COLOURS, LEVELS
from incidents.models.rule_sets import RuleSet, draft_guard


class RaisingCondition(models.Model):
    """A condition that raises the colour; any one of its signs is enough. Source: R-12.

    Written only while its version is a draft.
    """

    rule_set = models.ForeignKey(
        RuleSet, on_delete=models.CASCADE, related_name="conditions", verbose_name=_("version")
    )
    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    category_codes = ArrayField(
        models.CharField(max_length=8), default=list, blank=True, verbose_name=_("categories (none: all)")
    )
    keywords = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, verbose_name=_("words in the text")
    )
    people_at_least = models.PositiveIntegerField(_("people at least"), null=True, blank=True)
    casualties = models.BooleanField(_("when somebody is hurt"), default=False)
    flags = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, verbose_name=_("ticked by the reporter")
    )
    raise_to = models.CharField(_("raise to"), max_length=10, choices=COLOURS)
    is_active = models.BooleanField(_("in use"), default=True)
    edited_locally = models.BooleanField(_("edited here"), default=False, editable=False)

    class Meta:
        verbose_name = _("raising condition")
        verbose_name_plural = _("raising conditions")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule_set", "code"],
                name="raising_condition_code_once",
                violation_error_message=_("This code is taken by another row of the same version."),
            )
        ]
        triggers = [pgtrigger.Trigger(name="raising_condition_draft_guard", **draft_guard())]

    def __str__(self) -> str:
        return self.name


class RoutingRule(models.Model):
    """One row of the ordered routing table; the first that matches decides. Empty lists match everything.

    Written only while its version is a draft.
    """

    rule_set = models.ForeignKey(
        RuleSet, on_delete=models.CASCADE, related_name="rules", verbose_name=_("version")
    )
    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    order = models.PositiveIntegerField(_("order"), default=100)
    category_codes = ArrayField(
        models.CharField(max_length=8), default=list, blank=True, verbose_name=_("categories")
    )
    category_groups = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, verbose_name=_("category groups")
    )
    colours = ArrayField(
        models.CharField(max_length=10, choices=COLOURS), default=list, blank=True, verbose_name=_("colours")
    )
    area_codes = ArrayField(
        models.CharField(max_length=12),
        default=list,
        blank=True,
        verbose_name=_("areas (codes of streets or communities)"),
    )
    channels = ArrayField(
        models.CharField(max_length=30), default=list, blank=True, verbose_name=_("channels")
    )
    owner_level = models.CharField(_("owner level"), max_length=12, choices=LEVELS)
    lead_department = models.CharField(
        _("lead department"), max_length=20, blank=True, help_text=_("Empty: the category's own.")
    )
    supporting_departments = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, verbose_name=_("supporting departments")
    )
    engage_departments = models.BooleanField(
        _("call the departments at once"), default=False, help_text=_("Else they are only proposed.")
    )
    informed_levels = ArrayField(
        models.CharField(max_length=12, choices=LEVELS),
        default=list,
        blank=True,
        verbose_name=_("levels told without owning"),
    )
    needs_acceptance = models.BooleanField(
        _("a dispatcher accepts it first"),
        default=False,
        help_text=_("Else it is dispatched at once."),
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid until"), null=True, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    edited_locally = models.BooleanField(_("edited here"), default=False, editable=False)

    class Meta:
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        ordering = ["order", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule_set", "code"],
                name="routing_rule_code_once",
                violation_error_message=_("This code is taken by another row of the same version."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="routing_rule_ends_after_start",
                violation_error_message=_("The last day lies before the first day."),
            ),
        ]
        triggers = [pgtrigger.Trigger(name="routing_rule_draft_guard", **draft_guard())]

    def __str__(self) -> str:
        return self.name
