"""The records the auditor reads: looks at personal data, and changes made in the administration."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from core.models import AccessLog


class RecordAdmin(ModelAdmin):
    """Rows for reading: nobody adds, changes or deletes a record."""

    list_fullwidth = True
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False


@admin.register(AccessLog)
class AccessLogAdmin(RecordAdmin):
    """Who looked at whose personal data, and why."""

    list_display = ("sequence", "at", "user", "subject_type", "subject_id", "field", "purpose", "refused")
    list_select_related = ("user",)
    list_filter = ("refused", "subject_type", "field")
    search_fields = ("user__username", "user__full_name", "purpose")
    date_hierarchy = "at"


@admin.register(LogEntry)
class LogEntryAdmin(RecordAdmin):
    """Who changed what in the administration."""

    list_display = ("action_time", "user", "content_type", "object_repr", "action_flag", "change_message")
    list_select_related = ("user", "content_type")
    list_filter = ("action_flag",)
    search_fields = ("user__username", "user__full_name", "object_repr")
    date_hierarchy = "action_time"
