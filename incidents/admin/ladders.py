"""The ladders of escalation, what happens at which share of a limit, and the quiet hours."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from incidents.admin.base import RuleTableAdmin, in_use, listed, origin
from incidents.admin.calendar import RemovableAdmin
from incidents.admin.time_forms import LadderForm, LadderStepForm
from incidents.choices import LEVELS
from incidents.models import EscalationLadder, LadderStep, QuietHours


@admin.register(EscalationLadder)
class EscalationLadderAdmin(RuleTableAdmin):
    """Which levels an incident climbs."""

    form = LadderForm
    list_display = ("__str__", "climbs", "always_told", origin)
    fields = ("colour", "rungs", "told")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep what the row is about."""
        return ("colour",) if obj is not None else ()

    @admin.display(description=_("levels it climbs"))
    def climbs(self, row: EscalationLadder) -> str:
        """Return the rungs in words."""
        return listed(row.rungs, dict(LEVELS))

    @admin.display(description=_("levels told at every step"))
    def always_told(self, row: EscalationLadder) -> str:
        """Return the levels in words."""
        return listed(row.told, dict(LEVELS), nothing="—")


@admin.register(LadderStep)
class LadderStepAdmin(RemovableAdmin):
    """What happens at which share of a limit."""

    form = LadderStepForm
    list_display = ("__str__", "step", "at_percent", "rises", "tell_next", "further", origin)
    list_filter = ("colour", "clock_kind")
    fields = (("colour", "clock_kind"), ("step", "at_percent"), ("rises", "tell_next"), "told")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep what the row is about."""
        return ("colour", "clock_kind", "step") if obj is not None else ()

    @admin.display(description=_("further levels told"))
    def further(self, row: LadderStep) -> str:
        """Return the levels in words."""
        return listed(row.told, dict(LEVELS), nothing="—")


@admin.register(QuietHours)
class QuietHoursAdmin(RemovableAdmin):
    """When people are told nothing that can wait."""

    list_display = ("__str__", "starts_at", "ends_at", in_use, origin)
    list_select_related = ("organization",)
    fields = ("organization", ("starts_at", "ends_at"), "is_active")
