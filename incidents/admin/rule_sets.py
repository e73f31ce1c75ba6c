"""One place for the life of the rules: start a draft, check it, try it on past incidents, activate it."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.admin import rule_set_pages as pages
from incidents.admin.base import ReadOnlyAdmin
from incidents.models import RuleSet
from incidents.selectors.rule_sets import counted_sets, draft_set, set_in_force
from incidents.services.rule_report import rule_findings


@admin.register(RuleSet)
class RuleSetAdmin(ReadOnlyAdmin):
    """The versions, and the pages on which a draft goes through its four steps."""

    list_display = ("version", "name", "status", "rule_total", "valid_from", "valid_to", "activated_by")
    list_display_links = ("version", "name")
    list_before_template = "admin/incidents/rule_sets.html"
    search_fields = ("name",)

    class Media:
        """The look of the versions' pages."""

        css = {"all": ("css/admin-rules.css", "css/admin-versions.css")}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return every version with its counts; permission to view them is what decides."""
        return counted_sets()

    def get_urls(self) -> list[URLPattern]:
        """Add the pages of a version's life."""
        wrap = self.admin_site.admin_view
        own = [
            path("start/", wrap(pages.start), name="incidents_ruleset_start"),
            path("<int:pk>/discard/", wrap(pages.discard), name="incidents_ruleset_discard"),
            path("<int:pk>/simulate/", wrap(pages.simulate), name="incidents_ruleset_simulate"),
            path("<int:pk>/activate/", wrap(pages.activate), name="incidents_ruleset_activate"),
            path("<int:pk>/coverage/", wrap(pages.coverage), name="incidents_ruleset_coverage"),
            path("simulations/<int:pk>/", wrap(pages.simulation), name="incidents_simulation"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show above the list how a change of the rules is made."""
        draft, in_force = draft_set(), set_in_force()
        context = {
            "draft": draft,
            "draft_url": reverse("admin:incidents_ruleset_change", args=[draft.pk]) if draft else "",
            "may_change": pages.may_change(request),
            "in_force": in_force,
            "broken": [each for each in rule_findings() if each.concerns_version and not each.is_hint],
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the version: for a draft its four steps."""
        found = self.get_object(request, object_id)
        if found is None:
            raise Http404
        if not self.has_view_permission(request, found):
            raise PermissionDenied
        return pages.version(request, found)

    @admin.display(description=gettext_lazy("version"), ordering="number")
    def version(self, row: RuleSet) -> str:
        """Return the number in words."""
        return _("version %(number)s") % {"number": row.number}

    @admin.display(description=gettext_lazy("rules and conditions in use"))
    def rule_total(self, row: Any) -> str:
        """Return how many rows of each kind are in use."""
        return f"{row.rule_count} · {row.condition_count}"
