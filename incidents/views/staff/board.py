"""/board/ — community, street and city: every case of the area, narrowed by chips and words."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from core import clock
from core.listing import Chip, kept, link, page_links, value_chips
from grids.services.qr import CHANGE as PRINT
from incidents.choices import COLOURS, STATES
from incidents.filters import IncidentFilter
from incidents.selectors.figures import may_see_figures
from incidents.selectors.lists import incidents_for, rows_of
from incidents.selectors.shows import count_shows, shows_for
from incidents.views.staff.listing import page_of, show_chips
from organizations.scopes import scope_of

_KEPT = ("show", "colour", "state", "sort", "closed")


@login_required
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Show the area's cases sorted by colour and deadline, or newest first."""
    query, user = request.GET, request.user
    filters = IncidentFilter(query, user)
    seen = incidents_for(user)
    shows = [show for show in shows_for(user) if show.key != "now"]
    counts = count_shows(seen.open(), shows)
    show = next((part for part in shows if part.key == query.get("show")), None)
    if show is not None:
        seen = seen.open().filter(show.condition)
    order = "new" if query.get("sort") == "new" or filters.newest_first else "due"
    page = page_of(filters.apply(seen), query, order)
    scope = scope_of(user)
    context = {
        "now": clock.now(),
        "filters": filters,
        "narrowed": filters.narrows or show is not None,
        "may_print": PRINT in scope.permissions,
        "has_figures": may_see_figures(user),
        "has_rates": bool(scope.whole_city or scope.street_ids),
        "total": filters.total(seen),
        "show_chips": show_chips(query, shows, counts, show.key if show else "", toggles=True),
        "colour_chips": value_chips(query, "colour", COLOURS),
        "state_chips": value_chips(query, "state", STATES),
        "sort_chips": _sort_chips(request, order),
        "rows": rows_of(page.rows, user),
        "keep": kept(query, _KEPT),
        "back": request.get_full_path(),
        **page_links(page, query),
    }
    return render(request, "incidents/board.html", context)


def _sort_chips(request: HttpRequest, order: str) -> list[Chip]:
    return [
        Chip(link(request.GET, sort=None), _("Most pressing first"), order == "due"),
        Chip(link(request.GET, sort="new"), _("Newest first"), order == "new"),
    ]
