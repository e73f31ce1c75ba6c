"""The limits of each colour and of each kind of whistle."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from incidents.admin.base import RuleTableAdmin
from incidents.models import TimeLimit, WhistleLimit


@admin.register(TimeLimit)
class TimeLimitAdmin(RuleTableAdmin):
    """The limit of a clock for a colour, where the category has none of its own."""

    list_display = ("colour", "clock_kind", "limit", "edited_locally")
    list_filter = ("colour", "clock_kind")
    fields = ("colour", "clock_kind", "limit")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep what the row is about."""
        return ("colour", "clock_kind") if obj is not None else ()


@admin.register(WhistleLimit)
class WhistleLimitAdmin(RuleTableAdmin):
    """The limits a whistle sets each called department."""

    list_display = ("kind", "sign", "arrive", "report", "edited_locally")
    fields = ("kind", "sign", "arrive", "report")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep what the row is about."""
        return ("kind",) if obj is not None else ()
