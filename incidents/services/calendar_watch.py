"""Reporting a calendar that lacks a year's holidays before limits run on plain weeks."""

from django.utils.translation import gettext as _

from core import clock
from core.notifications import notify
from incidents.models import CalendarDay
from incidents.recipients import grid_office_ids

# The State Council's notice of the coming year has been published in autumn.
_LOOKS_AHEAD_FROM = 10


def missing_years() -> tuple[int, ...]:
    """Return the years that need the city's holidays now and have none; one query. Source: R-84."""
    today = clock.today()
    wanted = [today.year, *([today.year + 1] if today.month >= _LOOKS_AHEAD_FROM else [])]
    known = set(
        CalendarDay.objects.filter(calendar=None, day__year__in=wanted).values_list("day__year", flat=True)
    )
    return tuple(year for year in wanted if year not in known)


def year_missing_sentence(year: int) -> str:
    """Return what staff read about a missing year."""
    return _(
        "The calendar of %(year)s has no holidays yet: limits in working time count plain weeks. "
        "Enter the days as soon as the notice is published."
    ) % {"year": year}


def calendar_warn() -> tuple[int, ...]:
    """Tell the grid office of missing years, each once a week; return them. Source: R-84."""
    years = missing_years()
    if years:
        week = "{}-{}".format(*clock.today().isocalendar()[:2])
        people = grid_office_ids()
        for year in years:
            notify(
                people,
                kind="calendar_year_missing",
                params={"year": year},
                dedupe_key=f"calendar:{year}:{week}",
                url="/admin/incidents/calendarday/",
            )
    return years
