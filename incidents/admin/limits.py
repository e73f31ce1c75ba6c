"""The limits of each colour and of each kind of whistle."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from incidents.admin.base import RuleTableAdmin, limit_column, origin
from incidents.models import CheckShare, ProcedureRule, TimeLimit, WhistleLimit


@admin.register(TimeLimit)
class TimeLimitAdmin(RuleTableAdmin):
    """The limit of a clock for a colour, where the category has none of its own."""

    list_display = ("colour", "clock_kind", limit_column("limit", _("limit")), origin)
    list_filter = ("colour", "clock_kind")
    fields = ("colour", "clock_kind", "limit")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep what the row is about."""
        return ("colour", "clock_kind") if obj is not None else ()


@admin.register(WhistleLimit)
class WhistleLimitAdmin(RuleTableAdmin):
    """The limits a whistle sets each called department."""

    list_display = (
        "kind",
        limit_column("sign", _("sign within")),
        limit_column("arrive", _("report in within")),
        limit_column("report", _("report done within")),
        limit_column("meeting", _("joint meeting within")),
        limit_column("plan", _("plan within")),
        "name",
        origin,
    )
    fields = ("kind", "name", "sign", "arrive", "report", "meeting", "plan")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep what the row is about."""
        return ("kind",) if obj is not None else ()


@admin.register(CheckShare)
class CheckShareAdmin(RuleTableAdmin):
    """How many cases of a colour somebody else looks at after they were reported done."""

    list_display = ("colour", "percent", origin)
    fields = ("colour", "percent")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep what the row is about."""
        return ("colour",) if obj is not None else ()


@admin.register(ProcedureRule)
class ProcedureRuleAdmin(RuleTableAdmin):
    """How long and how often: giving back, more time, urging; weights and bounds of the rates."""

    list_display = ("code", limit_column("limit", _("limit")), "number", origin)
    fields = ("code", "limit", "number")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep what the row is about."""
        return ("code",) if obj is not None else ()
