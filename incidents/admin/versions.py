"""Tables whose rows belong to a version of the rules: one version at a time, changed only in the draft."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.admin.base import RuleTableAdmin
from incidents.models import RuleSet
from incidents.selectors.rule_sets import draft_set, set_to_show

_LATEST = 12


class VersionFilter(SimpleListFilter):
    """One version; without a choice the draft, else the version in force."""

    title = _("version")
    parameter_name = "version"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the latest versions."""
        return [(str(each.number), f"{each} ({each.get_status_display()})") for each in _latest()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep one version's rows."""
        shown = set_to_show(self.value() or "")
        self._shown = str(shown.number) if shown else ""
        return queryset.filter(rule_set=shown)

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Leave out “all”: the rows of several versions make no list."""
        for number, label in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: number})
            yield {"selected": str(number) == self._shown, "query_string": query, "display": label}


class VersionedAdmin(RuleTableAdmin):
    """Rows of a version: only those of the draft may be changed, and new ones go into it."""

    list_before_template = "admin/incidents/version_report.html"

    class Media:
        """The look of the line that names the version."""

        css = {"all": ("css/admin-versions.css",)}

    def version_shown(self, request: HttpRequest) -> RuleSet | None:
        """Return the version that the list shows."""
        return set_to_show(request.GET.get("version", ""))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let rows be added while there is a draft."""
        return super().has_add_permission(request) and draft_set() is not None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let the draft's rows be changed; all others are read."""
        allowed: bool = super().has_change_permission(request, obj)
        return allowed and (obj is None or obj.rule_set.is_draft)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep the code once it is given: the timeline names it."""
        return ("code",) if obj is not None else ()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Say above the list which version it shows, and where versions are changed."""
        shown = self.version_shown(request)
        may_open = admin.site.get_model_admin(RuleSet).has_view_permission(request)
        context = {
            "version": shown,
            "version_url": reverse("admin:incidents_ruleset_change", args=[shown.pk])
            if shown and may_open
            else "",
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})


def _latest() -> QuerySet[RuleSet]:
    return RuleSet.objects.order_by("-number")[:_LATEST]
