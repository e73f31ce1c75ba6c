"""The grid forest: one tree of grids per community, up to three tiers deep."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from mptt.managers import TreeManager
from mptt.models import MPTTModel, TreeForeignKey

from core import tree
from grids.choices import GridKind, GridTier
from grids.querysets import GridQuerySet
from organizations.models import Organization


class Grid(MPTTModel):
    """A grid; written only through grids.services. A tier-1 grid is the root of its own tree."""

    code = models.CharField(
        _("grid code"),
        max_length=15,
        unique=True,
        validators=[
            RegexValidator(r"^\d{15}$", _("A grid code has 15 digits: the division code and 3 more."))
        ],
    )
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=GridKind, default=GridKind.GENERAL)
    tier = models.PositiveSmallIntegerField(_("tier"), choices=GridTier, default=GridTier.L1)
    community = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="grids", verbose_name=_("community")
    )
    parent = TreeForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent grid"),
    )
    boundary = models.JSONField(
        _("boundary"), null=True, blank=True, help_text=_("A GeoJSON Polygon or MultiPolygon in CGCS2000.")
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects: ClassVar = TreeManager.from_queryset(GridQuerySet)()

    class Meta:
        verbose_name = _("grid")
        verbose_name_plural = _("grids")
        constraints = [
            models.CheckConstraint(condition=models.Q(tier__in=GridTier.values), name="grid_tier_known"),
            models.CheckConstraint(
                condition=models.Q(tier=1, parent=None) | models.Q(tier__gt=1, parent__isnull=False),
                name="grid_tier_matches_parent",
                violation_error_message=_("A tier-1 grid has no parent grid; every other grid has one."),
            ),
        ]
        indexes = [
            models.Index(fields=["community", "code"], name="grid_community"),
            tree.bounds_index("grid_tree"),
        ]

    def __str__(self) -> str:
        return self.name
