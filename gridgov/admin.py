"""Records for reading: looks at personal data, changes in the administration, results of simulated cities."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from core.models import AccessLog
from gridgov.models import CitySimulation, RunStatus
from gridgov.simulation.tables import Sheet, sheets
from incidents.rules.rates import Rate


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


@admin.register(CitySimulation)
class CitySimulationAdmin(RecordAdmin):
    """What came of each simulated city, as the terminal showed it."""

    list_display = (
        "city_name",
        "first_day",
        "days",
        "seed",
        "status",
        "began_at",
        "completion",
        "satisfaction",
    )
    list_filter = ("status", "city_name")
    date_hierarchy = "began_at"
    fields = (
        "city_name",
        "first_day",
        "days",
        "seed",
        "profile",
        "status",
        "began_at",
        "finished_at",
        "digest",
        "result",
    )

    @admin.display(description=_("Completion rate"))
    def completion(self, run: CitySimulation) -> str:
        """Return the share as it was written down."""
        return _share(run, Rate.COMPLETION)

    @admin.display(description=_("Satisfaction rate"))
    def satisfaction(self, run: CitySimulation) -> str:
        """Return the share as it was written down."""
        return _share(run, Rate.SATISFACTION)

    @admin.display(description=_("result"))
    def result(self, run: CitySimulation) -> str:
        """Return every figure and count, column under column."""
        if run.status != RunStatus.DONE:
            return "—"
        return format_html_join("", "{}", ((_as_table(sheet),) for sheet in sheets(run)))


def _as_table(sheet: Sheet) -> str:
    head = format_html_join("", "<th>{}</th>", ((name,) for name in sheet.columns))
    rows = format_html_join(
        "",
        "<tr>{}</tr>",
        ((format_html_join("", "<td>{}</td>", ((cell,) for cell in row)),) for row in sheet.rows),
    )
    return format_html(
        "<table><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
        sheet.title,
        head,
        rows,
    )


def _share(run: CitySimulation, rate: Rate) -> str:
    row = run.rates.get(rate)
    return "—" if row is None else str(row["percent"])
