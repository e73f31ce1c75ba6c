"""Which kind of organisation or grid may nest in which: the tier template of the tree's root decides."""

from django.utils.translation import gettext as _

from core import tree
from core.errors import Invalid
from organizations.choices import LEVEL_LABELS
from organizations.models import Organization, TierRule, TierTemplate


def allowed_nestings(template_id: int | None) -> frozenset[tuple[str, str]]:
    """Return the template's permitted pairs (parent kind, child kind); "" is the root. One query."""
    rules = TierRule.objects.filter(template_id=template_id)
    return frozenset(rules.values_list("parent_kind", "child_kind"))


def template_of(organization: Organization) -> TierTemplate | None:
    """Return the tier template that rules the organisation's tree; at most two queries."""
    root = tree.ancestors(organization).select_related("tier_template").first() or organization
    template: TierTemplate | None = root.tier_template
    return template


def check_nesting(template: TierTemplate | None, *, parent_kind: str, child_kind: str) -> None:
    """Raise Invalid where the template does not let the child kind stand below the parent kind."""
    if template is None:
        raise Invalid(
            "tier_template_missing",
            _("The city has no tier template yet. Choose one there first."),
            field="tier_template",
        )
    if (parent_kind, child_kind) not in allowed_nestings(template.pk):
        raise Invalid(
            "kind_not_allowed_here",
            _("By the tier template “%(template)s”, a %(child)s cannot stand below a %(parent)s."),
            field="parent",
            params={
                "template": template.name,
                "child": LEVEL_LABELS.get(child_kind, child_kind),
                "parent": LEVEL_LABELS.get(parent_kind, parent_kind),
            },
        )
