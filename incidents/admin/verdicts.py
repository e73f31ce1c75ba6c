"""Why reporters are not satisfied: the list that is ticked, and every verdict for reading."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from incidents.admin.base import ReadOnlyAdmin, RuleTableAdmin, in_use, origin
from incidents.models import Incident, VerdictReason, VerdictRound


@admin.register(VerdictReason)
class VerdictReasonAdmin(RuleTableAdmin):
    """The reasons to tick; switched off instead of deleted, since verdicts refer to them."""

    list_display = ("name", "code", "order", "is_solved", in_use, origin)
    list_display_links = ("name",)
    list_filter = ("is_active",)
    fields = ("code", "name", "order", "is_solved", "is_active")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep the code once it is given: verdicts name it."""
        return ("code",) if obj is not None else ()


@admin.register(VerdictRound)
class VerdictRoundAdmin(ReadOnlyAdmin):
    """Every time a reporter was asked, of the incidents the person sees."""

    list_display = (
        "incident",
        "number",
        "kind",
        "channel",
        "organization",
        "opened_at",
        "closed_at",
        "attempts",
    )
    list_filter = ("kind", "channel")
    list_select_related = ("incident", "organization")
    search_fields = ("incident__number__startswith",)
    date_hierarchy = "opened_at"
    show_full_result_count = False
    fields = (
        ("incident", "number", "organization"),
        ("opened_at", "closed_at"),
        ("kind", "reason_codes"),
        "note",
        ("channel", "judged_by"),
        ("attempts", "call_after", "notice_by"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the verdicts on visible incidents."""
        rows: QuerySet[Any] = ModelAdmin.get_queryset(self, request)
        seen: Any = Incident.objects.visible_to(request.user)
        return rows.filter(incident__in=seen.values("pk")).select_related("incident", "organization")

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let those see verdicts who may see incidents."""
        return request.user.has_perm("incidents.view_incident")
