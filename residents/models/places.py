"""Where something stands in the city, as columns of its own row."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.models import Building, Grid
from organizations.models import Organization


class Placed(models.Model):
    """Repeats grid, community and street of the building, so that visibility costs one indexed column.

    Services write the four together; moving a building, grid or community takes its people along
    (services.rehoming). Who is known only to live somewhere in a community has no building and no grid.
    """

    building = models.ForeignKey(
        Building,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("building"),
    )
    grid = models.ForeignKey(
        Grid, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("grid")
    )
    community = models.ForeignKey(  # every model has an index of its own that begins with it
        Organization, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("community")
    )
    street = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("street")
    )

    class Meta:
        abstract = True
