"""Visits and needs for reading; what was said at a door is not shown here but on the household's file."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from core.admin import ServiceAdmin
from residents.models import Need, Visit


class RecordedAdmin(ServiceAdmin):
    """Rows for reading: they are recorded at the door and answered in the queue."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse."""
        return False


@admin.register(Visit)
class VisitAdmin(RecordedAdmin):
    """Every visit the person sees."""

    list_display = ("at", "household", "outcome", "confirmed", "visitor")
    list_select_related = ("visitor",)
    list_filter = ("outcome", "confirmed")
    search_fields = ("household__id__exact",)
    date_hierarchy = "at"
    fields = ("at", "household", "outcome", "confirmed", "visitor")


@admin.register(Need)
class NeedAdmin(RecordedAdmin):
    """Every need the person sees, with how far it is."""

    list_display = ("recorded_at", "household", "kind", "state", "incident_number", "answered_at")
    list_filter = ("kind", "state")
    search_fields = ("incident_number__startswith", "household__id__exact")
    date_hierarchy = "recorded_at"
    fields = (
        ("recorded_at", "household", "person"),
        ("kind", "state", "incident_number"),
        ("answered_at", "answered_by"),
        ("fed_back_at", "fed_back_visit"),
    )
