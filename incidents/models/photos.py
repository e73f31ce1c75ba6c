"""Photos of an incident: re-encoded, without EXIF, outside the web root."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.incidents import Incident


class PhotoPurpose(models.TextChoices):
    """What a photo shows."""

    REPORT = "report", _("what was found")
    RESULT = "result", _("what was done")


class Photo(models.Model):
    """One photo; `image` and `thumbnail` name files in the private storage, always our own JPEG."""

    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="photos", verbose_name=_("incident")
    )
    purpose = models.CharField(_("purpose"), max_length=10, choices=PhotoPurpose, default=PhotoPurpose.REPORT)
    image = models.CharField(_("image"), max_length=120)
    thumbnail = models.CharField(_("thumbnail"), max_length=120)
    width = models.PositiveIntegerField(_("width in pixels"))
    height = models.PositiveIntegerField(_("height in pixels"))
    size_bytes = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("checksum"), max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    uploaded_at = models.DateTimeField(_("uploaded"))

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["incident", "sha256"], name="photo_once_per_incident")]

    def __str__(self) -> str:
        return f"{self.incident_id} #{self.pk}"
