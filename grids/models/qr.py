"""QR codes posted on buildings and in grids; the printed token is signed and can be rotated."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models.buildings import Building
from grids.models.grids import Grid
from grids.querysets import QRCodeQuerySet


class QRCode(models.Model):
    """One printed code. Rotating it raises `version`, so that every earlier print stops working."""

    grid = models.ForeignKey(Grid, on_delete=models.CASCADE, related_name="qr_codes", verbose_name=_("grid"))
    building = models.ForeignKey(
        Building,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="qr_codes",
        verbose_name=_("building"),
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"))

    objects = QRCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("QR code")
        verbose_name_plural = _("QR codes")
        constraints = [
            models.UniqueConstraint(
                fields=["grid", "building"],
                condition=Q(revoked_at=None),
                nulls_distinct=False,
                name="qr_code_one_live_per_place",
            )
        ]

    def __str__(self) -> str:
        return f"{self.building or self.grid} v{self.version}"
