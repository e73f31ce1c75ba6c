"""Forms of the rule tables: each shows at its field what the service would refuse."""

from typing import Any, ClassVar

from django.forms import ModelChoiceField
from django.utils.translation import gettext_lazy as _

from core.admin import ServiceForm
from core.errors import Conflict, Invalid
from incidents.admin.fields import (
    OneField,
    SeveralField,
    WordsField,
    area_pairs,
    category_pairs,
    department_pairs,
    group_pairs,
)
from incidents.choices import CHANNELS, COLOURS, FLAGS, LEVELS, SECRET_ROLES, WHISTLE_GROUNDS, WHISTLE_KINDS
from incidents.selectors.whistle_list import may_write_line
from incidents.services.rule_checks import check_rule_row, place_in_draft
from organizations.choices import OrganizationKind
from organizations.models import Organization
from organizations.scopes import AnyUser, scope_of


class RuleRowForm(ServiceForm):
    """Checks a row as the service will, so that every message stands at its field."""

    def full_clean(self) -> None:
        """Ask the service's checks once the row holds what was typed, if the fields themselves are fine."""
        super().full_clean()
        if not self.is_bound or self.errors:
            return
        try:
            place_in_draft(self.instance)
            check_rule_row(self.instance)
        except (Invalid, Conflict) as error:
            self.add_error(error.field if error.field in self.fields else None, error.message)

    def offer(self, name: str, pairs: Any) -> None:
        """Give a choice field its values, with what the row already names."""
        field = self.fields.get(name)
        if isinstance(field, SeveralField):
            field.offer(pairs, getattr(self.instance, name) or [])
        elif isinstance(field, OneField):
            field.offer(pairs, [getattr(self.instance, name)])


class CategoryForm(RuleRowForm):
    """Departments are chosen by name."""

    lead_department = OneField(label=_("lead department"), required=False)
    supporting_department = OneField(label=_("supporting department"), required=False)
    secret_roles = SeveralField(
        label=_("roles that see them"),
        help_text=_("Each within its own area; the city grid office must be among them."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer open departments, and what the category names now."""
        super().__init__(*args, **kwargs)
        row = self.instance
        pairs = department_pairs([row.lead_department, row.supporting_department])
        self.offer("lead_department", pairs)
        self.offer("supporting_department", pairs)
        self.offer("secret_roles", SECRET_ROLES)


class RaisingConditionForm(RuleRowForm):
    """Categories are chosen, words are written one after the other."""

    category_codes = SeveralField(label=_("categories"), help_text=_("None chosen: all categories."))
    keywords = WordsField(
        label=_("words in the text"),
        required=False,
        help_text=_("Separated by spaces or commas. A denied word does not count: “no collapse”."),
    )
    flags = SeveralField(label=_("ticked by the reporter"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer categories and tick boxes."""
        super().__init__(*args, **kwargs)
        self.offer("category_codes", category_pairs())
        self.offer("flags", FLAGS)


class WhistleItemForm(RuleRowForm):
    """Categories, grounds and kinds are chosen; the street is an open one whose list is the writer's."""

    writer: ClassVar[AnyUser | None] = None

    category_codes = SeveralField(label=_("categories"))
    category_groups = SeveralField(label=_("category groups"))
    grounds = SeveralField(label=_("grounds"))
    kinds = SeveralField(label=_("kinds"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer what exists, and what the line names now."""
        super().__init__(*args, **kwargs)
        self.offer("category_codes", category_pairs())
        self.offer("category_groups", group_pairs())
        self.offer("grounds", WHISTLE_GROUNDS)
        self.offer("kinds", WHISTLE_KINDS)
        street = self.fields.get("street")
        if isinstance(street, ModelChoiceField):
            wanted = Organization.objects.filter(kind=OrganizationKind.STREET)
            if self.writer is not None and not may_write_line(self.writer, None):
                wanted = wanted.filter(pk__in=scope_of(self.writer).street_ids)
                street.required, street.help_text = True, ""
            street.queryset = wanted.filter(closed_on=None) | wanted.filter(pk=self.instance.street_id)


class RoutingRuleForm(RuleRowForm):
    """Everything a rule asks or names is chosen from what exists; nothing is typed as a code."""

    category_codes = SeveralField(label=_("categories"))
    category_groups = SeveralField(label=_("category groups"))
    colours = SeveralField(label=_("colours"))
    area_codes = SeveralField(label=_("streets and communities"))
    channels = SeveralField(label=_("channels"))
    lead_department = OneField(
        label=_("lead department"), required=False, help_text=_("Empty: the category's own.")
    )
    supporting_departments = SeveralField(label=_("supporting departments"))
    informed_levels = SeveralField(label=_("levels told without owning"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer what exists, and what the rule names now."""
        super().__init__(*args, **kwargs)
        row = self.instance
        departments = department_pairs([row.lead_department, *row.supporting_departments])
        self.offer("category_codes", category_pairs())
        self.offer("category_groups", group_pairs())
        self.offer("colours", COLOURS)
        self.offer("area_codes", area_pairs())
        self.offer("channels", CHANNELS)
        self.offer("lead_department", departments)
        self.offer("supporting_departments", departments)
        self.offer("informed_levels", LEVELS)
