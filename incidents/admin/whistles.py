"""Whistles for reading, with what each called department did."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin, TabularInline

from incidents.admin.base import ReadOnlyAdmin
from incidents.models import Incident, Whistle, WhistleResponse
from incidents.selectors.limit_words import limit_words


class WhistleResponseInline(TabularInline):
    """The called departments' answers."""

    model = WhistleResponse
    extra = 0
    can_delete = False
    fields = ("department", "is_lead", "signed_at", "reported_in_at", "done_at", "done_note")
    readonly_fields = fields

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Show them to whoever sees the whistle."""
        return request.user.has_perm("incidents.view_incident")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: departments are called by the street's whistle."""
        return False


@admin.register(Whistle)
class WhistleAdmin(ReadOnlyAdmin):
    """The whistles of the incidents the person sees."""

    list_display = ("incident", "street", "kind", "grounds", "blown_by", "blown_at", "ended_at")
    list_filter = ("kind", "grounds")
    list_select_related = ("incident", "street", "blown_by")
    search_fields = ("incident__number__startswith",)
    date_hierarchy = "blown_at"
    inlines = (WhistleResponseInline,)
    fields = (
        ("incident", "street"),
        ("kind", "grounds", "answer_within"),
        "reason",
        "standard",
        ("blown_by", "blown_at", "ended_at"),
    )

    readonly_fields = ("answer_within",)

    @admin.display(description=gettext_lazy("response limit"))
    def answer_within(self, whistle: Whistle) -> str:
        """Return the limit in words."""
        return limit_words(whistle.response_limit)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the whistles of visible incidents."""
        rows: QuerySet[Any] = ModelAdmin.get_queryset(self, request)
        seen: Any = Incident.objects.visible_to(request.user)
        return rows.filter(incident__in=seen.values("pk")).select_related("incident", "street", "blown_by")

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let those see whistles who may see incidents."""
        return request.user.has_perm("incidents.view_incident")
