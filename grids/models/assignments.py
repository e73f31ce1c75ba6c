"""What a grid worker or building head looks after: a membership narrowed to grids and buildings."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grids.models.buildings import Building
from grids.models.grids import Grid
from grids.querysets import GridAssignmentQuerySet
from organizations.models import Membership


class GridAssignment(models.Model):
    """One grid, or one building in it, given to a membership between two dates, both inclusive."""

    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, related_name="assignments", verbose_name=_("membership")
    )
    grid = models.ForeignKey(
        Grid, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("grid")
    )
    building = models.ForeignKey(
        Building,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assignments",
        verbose_name=_("building"),
    )
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"), null=True, blank=True)

    objects = GridAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("grid assignment")
        verbose_name_plural = _("grid assignments")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="grid_assignment_ends_after_start",
                violation_error_message=_("The last day lies before the first day."),
            ),
            models.UniqueConstraint(
                fields=["membership", "grid", "building"],
                condition=Q(valid_to=None),
                nulls_distinct=False,
                name="grid_assignment_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} → {self.building or self.grid}"
