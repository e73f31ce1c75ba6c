"""The organisation tree: city, streets, communities, departments and units."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from mptt.managers import TreeManager
from mptt.models import MPTTModel, TreeForeignKey

from core import tree
from organizations.choices import OrganizationKind
from organizations.models.tiers import TierTemplate
from organizations.querysets import OrganizationQuerySet


class Organization(MPTTModel):
    """A node of the organisation tree; written only through organizations.services.

    `code` is the 12-digit division code for city, street and community, the department's own code otherwise.
    """

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganizationKind)
    parent = TreeForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent organisation"),
    )
    tier_template = models.ForeignKey(
        TierTemplate,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("tier template"),
        help_text=_("Set at the root; says what may nest in what below it."),
    )
    duties = models.CharField(_("duties"), max_length=400, blank=True)
    phone = models.CharField(_("duty phone"), max_length=20, blank=True)
    closed_on = models.DateField(
        _("closed on"), null=True, blank=True, help_text=_("A closed organisation takes no new work.")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects: ClassVar = TreeManager.from_queryset(OrganizationQuerySet)()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=OrganizationKind.values), name="organization_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("id")),
                name="organization_not_its_own_parent",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "code"], name="organization_kind_code"),
            tree.bounds_index("organization_tree"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_closed(self) -> bool:
        """Return whether the organisation takes no new work any more."""
        return self.closed_on is not None
