"""/incidents/forecast/ — what will fire in the next 24 hours if nobody acts, and why."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core import clock
from core.keyset import paginate
from core.listing import CURSOR, cursor_link, kept, value_chips
from incidents.choices import COLOURS
from incidents.selectors.lists import PAGE_SIZE
from incidents.services.forecast import ORDER, expected, forecast_for, forecast_units


@login_required
@require_GET
def forecast(request: HttpRequest) -> HttpResponse:
    """Show the steps to come of the person's area, the next one first, by unit and colour."""
    query, user = request.GET, request.user
    colour, unit = query.get("colour", ""), query.get("unit", "")
    rows = forecast_for(user, colour=colour, unit=unit)
    page = paginate(rows, order=ORDER, cursor=query.get(CURSOR, ""), size=PAGE_SIZE)
    context = {
        "now": clock.now(),
        "rows": expected(page.rows),
        "total": rows.order_by().count(),
        "colour_chips": value_chips(query, "colour", COLOURS),
        "units": forecast_units(user),
        "unit": unit,
        "narrowed": bool(colour or unit),
        "keep": kept(query, ("colour",)),
        "back": request.get_full_path(),
        "newer_url": cursor_link(query, page.newer),
        "older_url": cursor_link(query, page.older),
    }
    return render(request, "incidents/forecast.html", context)
