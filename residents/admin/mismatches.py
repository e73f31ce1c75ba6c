"""Mismatches for reading, and the limits of occupancy for editing."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from core.admin import ServiceAdmin, actor_of
from residents.admin.people import FileAdmin
from residents.models import Mismatch, OccupancyLimit
from residents.services.reference import occupancy_limit_save


@admin.register(Mismatch)
class MismatchAdmin(FileAdmin):
    """Where dwellings and people do not fit; worked off on their own page."""

    list_display = ("kind", "state", "building", "dwelling", "household", "people", "allowed", "found_on")
    list_select_related = ("building", "dwelling", "household")
    list_filter = ("kind", "state")


@admin.register(OccupancyLimit)
class OccupancyLimitAdmin(ServiceAdmin):
    """How many people a dwelling takes; the same for the whole city."""

    list_display = ("use_words", "square_metres_each", "people_at_most", "edited_locally")
    fields = ("use", "square_metres_each", "people_at_most")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return every row; permission to view the table is what decides."""
        rows: QuerySet[Any] = ModelAdmin.get_queryset(self, request)
        return rows

    @admin.display(description=OccupancyLimit._meta.get_field("use").verbose_name, ordering="use")
    def use_words(self, limit: OccupancyLimit) -> str:
        """Return the use, or that the row holds for all others."""
        return str(limit)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save by the service."""
        occupancy_limit_save(actor=actor_of(request), limit=obj)
