"""What an operator of the hotline desk has typed and not filed yet."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class DeskDraft(models.Model):
    """An unfinished call; it outlives a lost session. `sealed` is the form as encrypted JSON.

    `call_key` is the key under which the call will be filed, so that a filed call leaves no draft behind.
    """

    call_key = models.UUIDField(_("key of the form"), primary_key=True)
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("operator")
    )
    sealed = models.TextField(_("what was typed"))
    updated_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("unfinished call")
        verbose_name_plural = _("unfinished calls")
        ordering = ["-updated_at"]
        indexes = [models.Index(fields=["operator", "-updated_at"], name="desk_draft_operator")]

    def __str__(self) -> str:
        return f"{self.operator_id} {self.updated_at:%Y-%m-%d %H:%M}"
