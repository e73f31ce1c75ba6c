"""Tier templates: which kind of organisation or grid nests in which, and what its head is called."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from organizations.choices import LEVEL_LABELS


class TierTemplate(models.Model):
    """One city's order of levels, for example street committee — community committee — grid — building."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("tier template")
        verbose_name_plural = _("tier templates")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class TierRule(models.Model):
    """One permitted nesting inside a template; an empty parent kind means the root."""

    template = models.ForeignKey(
        TierTemplate, on_delete=models.CASCADE, related_name="rules", verbose_name=_("tier template")
    )
    parent_kind = models.CharField(_("parent kind"), max_length=20, blank=True)
    child_kind = models.CharField(_("child kind"), max_length=20)
    name = models.CharField(_("name of the level"), max_length=40)
    head_title = models.CharField(_("title of its head"), max_length=40, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("tier rule")
        verbose_name_plural = _("tier rules")
        ordering = ["template", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "parent_kind", "child_kind"], name="tier_rule_once_per_template"
            )
        ]

    def __str__(self) -> str:
        return f"{LEVEL_LABELS.get(self.parent_kind, self.parent_kind)} → {self.name}"
