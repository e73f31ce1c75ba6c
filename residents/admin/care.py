"""Kinds of care tags for editing, and tags for reading without what they say."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from core.admin import ServiceAdmin, actor_of
from residents.admin.people import FileAdmin
from residents.models import CareAssignment, CareTagKind, PersonTag
from residents.services.reference import care_tag_kind_save


@admin.register(CareTagKind)
class CareTagKindAdmin(ServiceAdmin):
    """The kinds of tags; the same for the whole city. A code never changes: tags are sealed with it."""

    list_display = ("name", "group", "is_sensitive", "months", "review_months", "is_offered")
    list_filter = ("group", "is_sensitive", "is_offered")
    fields = (
        "code",
        "name",
        "group",
        "is_sensitive",
        "purpose",
        "legal_basis",
        "months",
        "review_months",
        "is_offered",
        "order",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return every row; permission to view the table is what decides."""
        rows: QuerySet[Any] = ModelAdmin.get_queryset(self, request)
        return rows

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return the code of a kind that exists."""
        return ("code",) if obj is not None else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save by the service."""
        care_tag_kind_save(actor=actor_of(request), kind=obj)


@admin.register(PersonTag)
class PersonTagAdmin(FileAdmin):
    """Whose tags were given, reviewed and ended when; never which."""

    list_display = ("person", "valid_from", "review_on", "expires_on", "ended_on", "end_reason")
    list_select_related = ("person",)
    list_filter = ("end_reason",)
    exclude = ("kind_sealed", "kind_mark", "purpose_sealed", "note_sealed")


@admin.register(CareAssignment)
class CareAssignmentAdmin(FileAdmin):
    """Who helps whom since when; contacts are read on the person's page."""

    list_display = ("person", "helper", "unit", "valid_from", "valid_to", "end_reason", "next_due_on")
    list_select_related = ("person", "helper", "unit")
    list_filter = ("end_reason",)
