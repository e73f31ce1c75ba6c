"""Buildings: flat rows below a grid, because a nested set of 400,000 of them cannot be written to."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.pairs import TextPairs
from grids.models.grids import Grid
from grids.querysets import BUILDING_WORDS, BuildingQuerySet


class Building(models.Model):
    """A building in a grid; longitude and latitude in degrees, CGCS2000."""

    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="buildings", verbose_name=_("grid"))
    code = models.CharField(_("building code"), max_length=24, unique=True)
    name = models.CharField(_("name"), max_length=80)
    address = models.CharField(_("address"), max_length=200, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=10, decimal_places=7, null=True, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=7, null=True, blank=True)

    objects = BuildingQuerySet.as_manager()

    class Meta:
        verbose_name = _("building")
        verbose_name_plural = _("buildings")
        ordering = ["code"]
        indexes = [
            models.Index(fields=["grid", "code"], name="building_grid"),
            GinIndex(OpClass(TextPairs(BUILDING_WORDS), "array_ops"), name="building_word_pairs"),
        ]

    def __str__(self) -> str:
        return self.name
