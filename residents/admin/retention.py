"""How long files are kept, for editing."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from core.admin import ServiceAdmin, actor_of
from residents.models import RetentionRule
from residents.services.retention import retention_rule_save


@admin.register(RetentionRule)
class RetentionRuleAdmin(ServiceAdmin):
    """After how many months files are anonymised; the same for the whole city."""

    list_display = ("kind", "months", "basis", "edited_locally")
    fields = ("kind", "months", "basis")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return every row; permission to view the table is what decides."""
        rows: QuerySet[Any] = ModelAdmin.get_queryset(self, request)
        return rows

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save by the service."""
        retention_rule_save(actor=actor_of(request), rule=obj)
