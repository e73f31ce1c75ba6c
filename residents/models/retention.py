"""How long what identifies people is kept once they are no longer here."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class RetentionKind(models.TextChoices):
    """Whose files: the values are those of the person's state."""

    DECEASED = "deceased", _("people who have died")
    MOVED_AWAY = "moved_away", _("people who have moved away")


class RetentionRule(models.Model):
    """After how many months a file is anonymised; empty for never. Source: R-254."""

    kind = models.CharField(_("whose files"), max_length=10, choices=RetentionKind, unique=True)
    months = models.PositiveSmallIntegerField(
        _("months kept"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1200)],
        help_text=_("Counted from the day they died or left. Empty: kept for ever."),
    )
    basis = models.CharField(_("why so long"), max_length=200)
    edited_locally = models.BooleanField(_("edited here"), default=False, editable=False)

    class Meta:
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")
        ordering = ["kind"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=RetentionKind.values), name="retention_rule_kind_known"
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
