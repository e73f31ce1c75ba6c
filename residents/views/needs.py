"""/residents/needs/ — what families said, for those who answer it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core.errors import Conflict, Denied, Invalid
from core.keyset import paginate
from core.listing import CURSOR, Chip, link, page_links, value_chips
from grids.models import Grid
from organizations.requests import back_url, staff_actor
from organizations.scopes import AnyUser, scope_of
from residents.choices import NeedKind, NeedState
from residents.forms.visits import AnswerForm
from residents.models import Need
from residents.policies import ANSWER, VIEW_NEED
from residents.selectors.visits import NEED_ORDER, need_row, needs_for
from residents.services import need_answer
from residents.services.problems import problem_desk

SIZE = 25
MOST_GRIDS = 60
_ALL = "all"


@login_required
@never_cache
@require_safe
def needs(request: HttpRequest) -> HttpResponse:
    """Show what families said in the person's area, what waits for an answer first."""
    return _page(request)


@login_required
@never_cache
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer one need and go back to the list; a refusal is shown at its row."""
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            need_answer(actor=staff_actor(request), need_id=pk, answer=form.cleaned_data["answer"])
        except (Invalid, Conflict) as error:
            form.add_error("answer", error.message)
        else:
            messages.success(request, _("Answered. The family is told on the next visit."))
            return redirect(back_url(request))
    messages.error(request, str(form.errors["answer"][0]))
    return redirect(back_url(request))


def _page(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request.user)
    if VIEW_NEED not in scope.permissions:
        raise Denied("permission_missing", _("Your role does not include this step."))
    query = request.GET
    state = query.get("state") or NeedState.OPEN
    rows = _narrowed(needs_for(request.user), query)
    counts = _counts(request.user, query)
    page = paginate(
        rows if state == _ALL else rows.filter(state=state),
        order=NEED_ORDER,
        cursor=query.get(CURSOR, ""),
        size=SIZE,
    )
    desk = problem_desk()
    context = {
        "rows": [(need_row(each), _address(desk.address_of, each)) for each in page.rows],
        "states": [
            Chip(link(query, state=value), label, value == state, counts[value]) for value, label in _states()
        ],
        "kinds": value_chips(query, "kind", NeedKind.choices),
        "grids": _grid_chips(request.user, query),
        "may_answer": ANSWER in scope.permissions,
        "form": AnswerForm(),
        "narrowed": any(query.get(name) for name in ("kind", "grid", "state")),
        "back": request.get_full_path(),
        **page_links(page, query),
    }
    return render(request, "residents/needs.html", context)


def _states() -> list[tuple[str, Any]]:
    return [*NeedState.choices, (_ALL, _("all"))]


def _narrowed(rows: "QuerySet[Need]", query: QueryDict) -> "QuerySet[Need]":
    kind, grid = query.get("kind", ""), query.get("grid", "")
    if kind in NeedKind.values:
        rows = rows.filter(kind=kind)
    if grid.isascii() and grid.isdigit() and len(grid) < 19:
        rows = rows.filter(household__grid_id=int(grid))
    return rows


def _counts(user: AnyUser, query: QueryDict) -> dict[str, int]:
    wanted: dict[str, Any] = {value: Count("pk", filter=Q(state=value)) for value in NeedState.values}
    rows = _narrowed(Need.objects.visible_to(user), query).order_by()
    found: dict[str, int] = rows.aggregate(**wanted, **{_ALL: Count("pk")})
    return found


def _grid_chips(user: AnyUser, query: QueryDict) -> list[Chip]:
    """Return the grids to choose from; none where there are too many to look through."""
    grids = Grid.objects.visible_to(user).open().leaves().order_by("code")
    found = [(str(pk), name) for pk, name in grids.values_list("pk", "name")[: MOST_GRIDS + 1]]
    return value_chips(query, "grid", found) if 1 < len(found) <= MOST_GRIDS else []


def _address(address_of: Any, need: Need) -> str:
    return address_of(need.incident_number) if need.incident_number else ""
