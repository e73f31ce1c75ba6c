"""The working calendar: days that differ from the week, and the shifts of a working day."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from core.admin import actor_of
from incidents.admin.base import RuleTableAdmin, origin
from incidents.models import CalendarDay, WorkShift
from incidents.services.rule_rows import rule_row_remove


class RemovableAdmin(RuleTableAdmin):
    """Rows nothing refers to, which may be removed."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let those remove who hold the permission."""
        return request.user.has_perm(f"incidents.delete_{self._table}")

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Remove by the service."""
        rule_row_remove(actor=actor_of(request), row=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Remove each selected row by the service."""
        for row in queryset:
            rule_row_remove(actor=actor_of(request), row=row)


@admin.register(CalendarDay)
class CalendarDayAdmin(RemovableAdmin):
    """Holidays, and weekend days that are worked."""

    list_display = ("day", "kind", "name", origin)
    list_filter = ("kind",)
    date_hierarchy = "day"
    search_fields = ("name",)
    fields = ("day", "kind", "name")


@admin.register(WorkShift)
class WorkShiftAdmin(RemovableAdmin):
    """The stretches of a working day."""

    list_display = ("__str__", "starts_at", "ends_at")
    fields = (("starts_at", "ends_at"),)
