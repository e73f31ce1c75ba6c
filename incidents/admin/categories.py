"""The categories of incidents, with their default colour, departments and limits."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from incidents.admin.base import RuleTableAdmin, in_use, limit_column, origin
from incidents.admin.forms import CategoryForm
from incidents.models import Category
from incidents.services.rule_report import department_names


@admin.register(Category)
class CategoryAdmin(RuleTableAdmin):
    """Categories: switched off instead of deleted, since incidents refer to them."""

    form = CategoryForm
    list_display = (
        "code",
        "name",
        "group",
        "colour",
        "lead",
        limit_column("respond_within", _("respond within")),
        limit_column("close_within", _("close within")),
        "is_secret",
        in_use,
        origin,
    )
    list_display_links = ("code", "name")
    list_filter = ("is_active", "is_secret", "colour", "group", "edited_locally")
    search_fields = ("code", "name", "group")
    list_per_page = 50
    fieldsets = (
        (None, {"fields": (("code", "group"), "name", "is_active")}),
        (_("Grading and limits"), {"fields": ("colour", ("respond_within", "close_within"))}),
        (_("Closing"), {"fields": (("evidence_required", "check_percent"),)}),
        (_("Duplicates"), {"fields": ("neighbours_may_join",)}),
        (
            _("Departments"),
            {"fields": ("lead_department", "supporting_department", "handling_note")},
        ),
        (_("Secrecy"), {"fields": ("asks_accused", "is_secret", "secret_roles")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep the code once it is given: rules name it."""
        return ("code",) if obj is not None else ()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Read the departments' names once for the whole list."""
        self._names = department_names()
        return super().changelist_view(request, extra_context)

    @admin.display(description=_("lead department"), ordering="lead_department")
    def lead(self, row: Category) -> str:
        """Return the lead department's name."""
        return self._names.get(row.lead_department, row.lead_department) or "—"
