"""Figures as they stood, and appeals, for reading."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from incidents.admin.base import ReadOnlyAdmin
from incidents.admin.watching import CaseRecordAdmin
from incidents.models import FigureAppeal, FigureRow, FigureSnapshot


@admin.register(FigureSnapshot)
class FigureSnapshotAdmin(ReadOnlyAdmin):
    """Each time the figures were written down; the same for everybody who may look at them."""

    list_display = ("first", "last", "taken_on", "taken_at", "taken_by")
    list_select_related = ("taken_by",)
    date_hierarchy = "first"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return every row; permission to view the table is what decides."""
        rows: QuerySet[Any] = ModelAdmin.get_queryset(self, request)
        return rows


@admin.register(FigureRow)
class FigureRowAdmin(ReadOnlyAdmin):
    """The figures themselves, of the units the person answers for."""

    list_display = ("snapshot", "organization", "colour", "category", "rate", "numerator", "denominator")
    list_select_related = ("snapshot", "organization", "category")
    list_filter = ("rate", "colour")
    search_fields = ("organization__name__startswith", "category__code__startswith")
    show_full_result_count = False


@admin.register(FigureAppeal)
class FigureAppealAdmin(CaseRecordAdmin):
    """Appeals on the incidents the person sees."""

    list_display = ("incident", "about", "state", "unit", "asked_at", "decided_at")
    list_select_related = ("incident", "unit")
    list_filter = ("state", "about")
    date_hierarchy = "asked_at"
