"""The duty roster: who is on duty for a unit when its people are not at work, and where nobody is."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from core.actor import Actor
from core.admin import ServiceAdmin, actor_of
from incidents.models import DutyShift
from incidents.services.duty_roster import duty_gaps, duty_shift_remove, duty_shift_save

_SHOWN = 12


@admin.register(DutyShift)
class DutyShiftAdmin(ServiceAdmin):
    """The roster of the units the person sees, by day; gaps of the next two weeks stand above it."""

    list_display = ("organization", "person", "starts_at", "ends_at", "note")
    list_filter = (("organization", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("organization", "person")
    search_fields = ("organization__name", "person__full_name")
    date_hierarchy = "starts_at"
    fields = ("organization", "person", ("starts_at", "ends_at"), "note")
    autocomplete_fields = ("organization",)
    list_before_template = "admin/incidents/duty_gaps.html"

    class Media:
        """The look of the report."""

        css = {"all": ("css/admin-rules.css",)}

    def create(self, actor: Actor, data: dict[str, Any]) -> models.Model:
        """Put somebody on duty by the service."""
        return duty_shift_save(actor=actor, **data)

    def change(self, actor: Actor, obj: Any, data: dict[str, Any]) -> models.Model:
        """Change a duty by the service."""
        return duty_shift_save(actor=actor, shift_id=obj.pk, **data)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Let those remove who hold the permission; the service asks where."""
        return request.user.has_perm("incidents.delete_dutyshift")

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Remove by the service."""
        duty_shift_remove(actor=actor_of(request), shift_id=obj.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Remove each selected duty by the service."""
        for row in queryset:
            duty_shift_remove(actor=actor_of(request), shift_id=row.pk)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the gaps above the list."""
        found = duty_gaps(request.user)
        context = {"gaps": found[:_SHOWN], "gap_count": len(found)}
        return super().changelist_view(request, {**context, **(extra_context or {})})
