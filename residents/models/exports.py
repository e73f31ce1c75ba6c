"""Lists of people that were taken out: who, why, what, how many."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from residents.querysets import OwnWorkQuerySet


class PeopleExport(models.Model):
    """One list given out; `row_count` is filled in when its last row has been written, None before.

    `filters` hold keys and codes only, never what somebody searched for.
    """

    filters = models.JSONField(_("filters"), default=dict)
    purpose = models.CharField(_("purpose"), max_length=200)
    with_numbers = models.BooleanField(_("with whole numbers"))
    file_format = models.CharField(_("format"), max_length=4)
    row_count = models.PositiveIntegerField(_("rows"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("exported by")
    )
    created_at = models.DateTimeField(_("when"))

    objects = OwnWorkQuerySet.as_manager()

    class Meta:
        verbose_name = _("export of people")
        verbose_name_plural = _("exports of people")
        ordering = ["-created_at", "-id"]
        permissions = [
            ("export_people", "Can export lists of people with masked numbers"),
            ("export_numbers", "Can export lists of people with whole numbers"),
        ]
        indexes = [models.Index(fields=["created_by", "-created_at", "-id"], name="people_export_own")]

    def __str__(self) -> str:
        return f"{self.created_by_id} {self.created_at:%Y-%m-%d %H:%M}"
