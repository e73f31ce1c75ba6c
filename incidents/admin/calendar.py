"""The working calendars: whose they are, the days that differ from the week, and the shifts of a day."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.admin import actor_of
from core.errors import DomainError
from incidents.admin.base import RuleTableAdmin, listed, origin
from incidents.admin.time_forms import ImportForm, UnitCalendarForm
from incidents.choices import WEEKDAYS
from incidents.models import CalendarDay, UnitCalendar, WorkShift
from incidents.services.calendar_import import calendar_copy, calendar_import
from incidents.services.rule_rows import rule_row_remove


class RemovableAdmin(RuleTableAdmin):
    """Rows nothing refers to, which may be removed."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let those remove who hold the permission."""
        return request.user.has_perm(f"incidents.delete_{self._table}")

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Remove by the service."""
        rule_row_remove(actor=actor_of(request), row=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Remove each selected row by the service."""
        for row in queryset:
            rule_row_remove(actor=actor_of(request), row=row)


@admin.register(UnitCalendar)
class UnitCalendarAdmin(RemovableAdmin):
    """Who works by which week; a year's days can be pasted, and the city's copied."""

    form = UnitCalendarForm
    list_display = ("__str__", "week", origin)
    list_select_related = ("organization",)
    search_fields = ("organization__name",)
    fields = ("organization", "weekdays")
    actions = ("copy_from_city",)
    change_form_outer_before_template = "admin/incidents/calendar_links.html"

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Keep the city's own calendar, which holds for everyone else."""
        if isinstance(obj, UnitCalendar) and obj.organization_id is None:
            return False
        return super().has_delete_permission(request, obj)

    @admin.display(description=gettext_lazy("days of the week that are worked"))
    def week(self, row: UnitCalendar) -> str:
        """Return the weekdays in words."""
        return listed([str(day) for day in row.weekdays], {str(day): label for day, label in WEEKDAYS})

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep whose calendar it is."""
        return ("organization",) if obj is not None else ()

    def get_actions(self, request: HttpRequest) -> Any:
        """Offer copying to those who may change calendars."""
        actions = super().get_actions(request)
        if not request.user.has_perm("incidents.change_unitcalendar"):
            actions.pop("copy_from_city", None)
        return actions

    @admin.action(description=gettext_lazy("Copy this and next year's days and the shifts from the city"))
    def copy_from_city(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Copy by the service, each calendar on its own."""
        year = clock.today().year

        def copy(actor: Any, row: UnitCalendar) -> None:
            calendar_copy(actor=actor, calendar=row, years=(year, year + 1))

        self.perform(request, queryset, copy, _("copied from the city"))

    def get_urls(self) -> list[URLPattern]:
        """Add the page that takes a year's days as text."""
        urls: list[URLPattern] = super().get_urls()
        page = self.admin_site.admin_view(self.import_view)
        return [path("<int:pk>/import/", page, name="incidents_unitcalendar_import"), *urls]

    def import_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take the days of a year, row by row, and show the rows that were left out, with the reasons."""
        row = get_object_or_404(self.get_queryset(request), pk=pk)
        if not request.user.has_perm("incidents.add_calendarday"):
            return redirect(reverse("admin:incidents_unitcalendar_change", args=[pk]))
        calendar = None if row.organization_id is None else row
        form = ImportForm(request.POST or None, initial={"year": clock.today().year + 1})
        result = None
        if request.method == "POST" and form.is_valid():
            try:
                result = calendar_import(actor=actor_of(request), calendar=calendar, **form.cleaned_data)
            except DomainError as error:
                form.add_error("text", error.message)
            else:
                said = _("Saved: %(saved)s, already there: %(same)s, left out: %(bad)s.") % {
                    "saved": result.saved,
                    "same": result.unchanged,
                    "bad": len(result.errors),
                }
                level = messages.WARNING if result.errors else messages.SUCCESS
                self.message_user(request, said, level)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Enter the days of a year"),
            "calendar": row,
            "form": form,
            "result": result,
            "opts": self.opts,
        }
        return render(request, "admin/incidents/calendar_import.html", context)


@admin.register(CalendarDay)
class CalendarDayAdmin(RemovableAdmin):
    """Holidays, and weekend days that are worked."""

    list_display = ("day", "kind", "name", "whose", origin)
    list_filter = ("kind", ("calendar__organization", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("calendar__organization",)
    date_hierarchy = "day"
    search_fields = ("name",)
    fields = ("calendar", "day", "kind", "name")

    @admin.display(description=gettext_lazy("calendar"))
    def whose(self, row: CalendarDay) -> str:
        """Return whose day it is."""
        return str(row.calendar or _("the whole city"))


@admin.register(WorkShift)
class WorkShiftAdmin(RemovableAdmin):
    """The stretches of a working day."""

    list_display = ("__str__", "whose", "weekday", "starts_at", "ends_at")
    list_filter = (("calendar__organization", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("calendar__organization",)
    fields = ("calendar", "weekday", ("starts_at", "ends_at"))

    @admin.display(description=gettext_lazy("calendar"))
    def whose(self, row: WorkShift) -> str:
        """Return whose shift it is."""
        return str(row.calendar or _("the whole city"))
