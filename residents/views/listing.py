"""/residents/… lists: households, people apart from their register, files that look alike."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.errors import Denied, Invalid, Missing
from core.keyset import paginate
from core.listing import CURSOR, Chip, kept, link, page_links, value_chips
from organizations.requests import signed_in_fragment, staff_actor
from organizations.scopes import scope_of
from residents.choices import HouseholdKind
from residents.forms.household import SettleForm
from residents.policies import REGISTER
from residents.selectors import choosing, helping
from residents.selectors.duplicates import candidates_of_all, people_with_doubles
from residents.selectors.lists import (
    PAGE_SIZE,
    capped_count,
    communities_to_filter,
    grids_to_filter,
    household_rows,
    household_shows,
    households_for,
    people_apart_for,
)
from residents.services import household_settle
from residents.views.acting import show_refusal

VIEW = "residents.view_person"
_SUGGESTS = {
    "households": choosing.suggest_households,
    "dwellings": choosing.suggest_dwellings,
    "buildings": choosing.suggest_buildings,
    "helpers": helping.suggest_helpers,
    "units": helping.suggest_units,
}


@login_required
@require_safe
def households(request: HttpRequest) -> HttpResponse:
    """List open households; narrowed by community, grid, kind and how long nobody has been there."""
    scope = require_view(request)
    shows = household_shows(clock.today())
    show = next((each for each in shows if each.key == request.GET.get("show")), shows[0])
    found = narrowed(households_for(request.user).filter(show.condition), request)
    if request.GET.get("kind") in HouseholdKind.values:
        found = found.filter(kind=request.GET["kind"])
    page = paginate(found, order=show.order, cursor=request.GET.get(CURSOR, ""), size=PAGE_SIZE)
    context = {
        **narrowing(request),
        "rows": household_rows(page.rows),
        "shown": show,
        "chips": [Chip(link(request.GET, show=each.key), each.label, each.key == show.key) for each in shows],
        "kind_chips": value_chips(request.GET, "kind", HouseholdKind.choices),
        "may_register": REGISTER in scope.permissions,
        **counted(found),
        **page_links(page, request.GET),
    }
    return render(request, "residents/households.html", context)


@login_required
@require_safe
def apart(request: HttpRequest) -> HttpResponse:
    """List people whom the register keeps in another household than they live in. Source: R-212."""
    require_view(request)
    found = narrowed(people_apart_for(request.user), request)
    found = found.select_related(
        "household__dwelling",
        "household__building",
        "household__community",
        "registered_household__dwelling",
        "registered_household__building",
        "registered_household__community",
    )
    page = paginate(found, order=("id",), cursor=request.GET.get(CURSOR, ""), size=PAGE_SIZE)
    context = {
        **narrowing(request),
        "rows": page.rows,
        **counted(found),
        **page_links(page, request.GET),
    }
    return render(request, "residents/apart.html", context)


@login_required
@require_safe
def doubles(request: HttpRequest) -> HttpResponse:
    """List files that may be of one person, each with the others. Source: R-219."""
    require_view(request)
    found = narrowed(people_with_doubles(request.user), request)
    page = paginate(found, order=("id",), cursor=request.GET.get(CURSOR, ""), size=PAGE_SIZE)
    candidates = candidates_of_all(request.user, page.rows)
    context = {
        **narrowing(request),
        "rows": [(person, candidates[person.pk]) for person in page.rows],
        "back": request.get_full_path(),
        **page_links(page, request.GET),
    }
    return render(request, "residents/doubles.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: HttpRequest) -> HttpResponse:
    """Open a household in a dwelling that is known or new."""
    actor = staff_actor(request)
    if REGISTER not in scope_of(request.user).permissions:
        raise Denied("not_permitted", _("Your role does not allow this here. Ask the system administrator."))
    form = SettleForm(request.user, None, request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            names = ("unit", "room", "use", "area", "kind", "opened_on")
            try:
                made = household_settle(
                    actor=actor, building_id=data["building"], **{name: data[name] for name in names}
                )
            except (Invalid, Missing) as error:
                show_refusal(form, error)
                status = error.status
            else:
                messages.success(request, _("The household is open. Now register who lives in it."))
                return redirect("residents:household", pk=made.pk)
    return render(request, "residents/settle.html", {"form": form}, status=status)


@signed_in_fragment
@require_safe
def suggest(request: HttpRequest, what: str) -> HttpResponse:
    """List the places that fit the letters typed so far."""
    require_view(request)
    found = _SUGGESTS[what](request.user, request.GET.get("q", ""))
    return render(request, "components/combo_options.html", {"found": found})


def require_view(request: HttpRequest) -> Any:
    """Return the scope of somebody who may see residents; for everybody else there is no such page."""
    scope = scope_of(request.user)
    if VIEW not in scope.permissions:
        raise Missing("page_missing", _("There is no such page for your posts."))
    return scope


def narrowed(rows: Any, request: HttpRequest) -> Any:
    """Return the rows of the community and grid the address names."""
    for name in ("community", "grid"):
        value = request.GET.get(name, "")
        if value.isascii() and value.isdigit() and len(value) < 19:
            rows = rows.filter(**{f"{name}_id": int(value)})
    return rows


def narrowing(request: HttpRequest) -> dict[str, Any]:
    """Return the choices of community and grid; grids only within one community or one's own."""
    scope = scope_of(request.user)
    community = request.GET.get("community", "")
    grids = grids_to_filter(request.user)
    if community.isascii() and community.isdigit() and len(community) < 19:
        grids = grids.filter(community_id=int(community))
    elif scope.whole_city or scope.street_ids:
        grids = grids.none()
    return {
        "communities": communities_to_filter(request.user, scope.street_ids, scope.whole_city),
        "grids": list(grids),
        "community": community,
        "grid": request.GET.get("grid", ""),
        "kept": kept(request.GET, ["show", "kind"]),
    }


def counted(rows: Any) -> dict[str, Any]:
    """Return `total` and whether there are more than are counted."""
    total, more = capped_count(rows)
    return {"total": total, "more": more}
