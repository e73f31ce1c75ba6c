"""Who gets an incident, and what raises its colour; the rule report stands above the routing rules."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from incidents.admin.base import in_use, listed, origin
from incidents.admin.forms import RaisingConditionForm, RoutingRuleForm
from incidents.admin.versions import VersionedAdmin, VersionFilter
from incidents.choices import COLOURS, FLAGS
from incidents.models import Category, RaisingCondition, RoutingRule
from incidents.services.rule_report import department_names


@admin.register(RoutingRule)
class RoutingRuleAdmin(VersionedAdmin):
    """The ordered routing rules; the first that fits decides."""

    form = RoutingRuleForm
    reports_everything = True
    list_display = (
        "order",
        "name",
        "applies_to",
        "owner_level",
        "departments",
        "valid_from",
        "valid_to",
        in_use,
        origin,
    )
    list_display_links = ("order", "name")
    list_filter = (VersionFilter, "is_active", "owner_level")
    search_fields = ("name", "code")
    fieldsets = (
        (None, {"fields": ("name", ("code", "order"), "is_active")}),
        (
            _("Which incidents it is for"),
            {
                "description": _(
                    "The first rule in order that fits decides. What is left empty fits everything."
                ),
                "fields": ("category_groups", "category_codes", "colours", "channels", "area_codes"),
            },
        ),
        (
            _("Who gets them"),
            {
                "fields": (
                    "owner_level",
                    "lead_department",
                    "supporting_departments",
                    "engage_departments",
                    "informed_levels",
                    "needs_acceptance",
                )
            },
        ),
        (_("When it holds"), {"fields": (("valid_from", "valid_to"),)}),
    )

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Read the departments' names once for the whole list."""
        self._names = department_names()
        self._categories = dict(Category.objects.values_list("code", "name"))
        return super().changelist_view(request, extra_context)

    @admin.display(description=_("fits"))
    def applies_to(self, row: RoutingRule) -> str:
        """Return what the rule asks for, in one line."""
        parts = [*row.category_groups, *(self._categories.get(code, code) for code in row.category_codes)]
        parts += [str(dict(COLOURS).get(colour, colour)) for colour in row.colours]
        if row.area_codes or row.channels:
            parts.append("…")
        return listed(parts, {})

    @admin.display(description=_("departments"))
    def departments(self, row: RoutingRule) -> str:
        """Return the departments the rule names; without any the category's own serve."""
        codes = [code for code in (row.lead_department, *row.supporting_departments) if code]
        return listed(codes, self._names, nothing=str(_("the category's own")))


@admin.register(RaisingCondition)
class RaisingConditionAdmin(VersionedAdmin):
    """What raises the colour above the category's default."""

    form = RaisingConditionForm
    list_display = ("name", "signs", "raise_to", in_use, origin)
    list_filter = (VersionFilter, "is_active", "raise_to")
    search_fields = ("name", "code")
    fieldsets = (
        (None, {"fields": ("name", "code", "is_active")}),
        (
            _("Signs"),
            {
                "description": _("Any one of these signs is enough."),
                "fields": ("keywords", "people_at_least", "casualties", "flags"),
            },
        ),
        (_("Where and to what"), {"fields": ("category_codes", "raise_to")}),
    )

    @admin.display(description=_("signs"))
    def signs(self, row: RaisingCondition) -> str:
        """Return the signs in one line."""
        parts = list(row.keywords)
        if row.people_at_least is not None:
            parts.append(str(_("%(count)s people or more") % {"count": row.people_at_least}))
        if row.casualties:
            parts.append(str(_("somebody is hurt")))
        parts += [str(dict(FLAGS).get(flag, flag)) for flag in row.flags]
        return listed(parts, {})
