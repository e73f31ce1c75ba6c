"""/work/ — the page every member of staff starts from: what needs them now, one press away."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core import clock
from core.listing import page_links
from grids.services.qr import CHANGE as PRINT
from incidents.rules.workflow import APPROVE, DISPATCH, FILE
from incidents.selectors.lists import open_incidents_for, rows_of, with_answer_limit
from incidents.selectors.shows import count_shows, show_called, shows_for
from incidents.services.imports import IMPORT
from incidents.views.staff.listing import page_of, show_chips
from organizations.choices import Role
from organizations.scopes import scope_of


@login_required
@require_GET
def work(request: HttpRequest) -> HttpResponse:
    """Show the person's figures and, below them, the cases behind the chosen one, the most pressing first."""
    scope = scope_of(request.user)
    shows = shows_for(request.user)
    show = show_called(request.user, request.GET.get("show", ""))
    base = open_incidents_for(request.user)
    counts = count_shows(base, shows)
    page = page_of(
        with_answer_limit(base.filter(show.condition), request.user),
        request.GET,
        "answer" if show.answers else "due",
    )
    chips = show_chips(request.GET, shows, counts, show.key)
    context = {
        "now": clock.now(),
        "show": show,
        "chips": chips,
        "elsewhere": next((chip for chip in chips if chip.count and not chip.active), None),
        "rows": rows_of(page.rows, request.user, answering=show.answers),
        "back": request.get_full_path(),
        "may_report": FILE in scope.permissions,
        "on_foot": bool(scope.roles & {Role.GRID_WORKER, Role.BUILDING_HEAD}),
        "may_import": IMPORT in scope.permissions,
        "may_decide": bool({APPROVE, DISPATCH} & scope.permissions),
        "may_print": PRINT in scope.permissions,
        "has_board": bool(scope.whole_city or scope.street_ids or scope.community_ids),
        "has_queue": bool(scope.department_ids),
        **page_links(page, request.GET),
    }
    return render(request, "work/home.html", context)
