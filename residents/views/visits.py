"""/residents/visits/ — the route of the day and the visit's form, for one thumb in a stairwell."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import Conflict, Denied, Invalid
from core.listing import Chip, link
from organizations.requests import back_url, staff_actor
from organizations.scopes import scope_of
from residents.choices import VisitOutcome
from residents.forms.visits import VisitForm
from residents.models import Household
from residents.policies import VISIT, may
from residents.selectors.file import household_for, people_of
from residents.selectors.route import Route, building_stops, buildings_due, route_for
from residents.selectors.visits import is_registered, needs_to_tell
from residents.services import visit_save
from residents.services.problems import problem_desk


@login_required
@never_cache
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Show whom to visit today and why; with a building, everybody in it."""
    if VISIT not in scope_of(request.user).permissions:
        raise Denied("permission_missing", _("Your role does not include this step."))
    chosen = request.GET.get("building", "")
    by_building = chosen.isascii() and chosen.isdigit() and len(chosen) < 19
    if by_building:
        stops, route = building_stops(request.user, int(chosen)), None
    else:
        route = route_for(request.user, more="more" in request.GET)
        stops = route.stops
    chips = [
        Chip(link(request.GET, building=str(each.building_id), more=None), each.name, active, each.due)
        for each in buildings_due(request.user)
        for active in (chosen == str(each.building_id),)
    ]
    context = {
        "rows": stops,
        "route": route,
        "chips": chips,
        "back": request.get_full_path(),
        "more_url": link(request.GET, more="1") if route is not None and _has_more(route) else "",
    }
    return render(request, "residents/route.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the visit's form, or save it; the same form sent twice is one visit."""
    household = household_for(request.user, pk)
    if not may(request.user, VISIT, household):
        raise Denied("permission_missing", _("Your role does not include this step."))
    form = _form(request, household)
    if request.method != "POST":
        return _page(request, household, form)
    if form.is_valid():
        try:
            saved = visit_save(
                actor=staff_actor(request),
                household_id=pk,
                draft=form.to_draft(),
                client_key=form.cleaned_data["client_key"],
            )
        except (Invalid, Conflict) as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, _saved_words(saved.visit.outcome, len(saved.needs)))
            return redirect(_with_saved(back_url(request), pk))
    return _page(request, household, form, status=422)


def _form(request: HttpRequest, household: Household) -> VisitForm:
    return VisitForm(
        request.POST if request.method == "POST" else None,
        listed=people_of(household),
        to_tell=needs_to_tell(household),
        categories=problem_desk().categories(),
    )


def _page(request: HttpRequest, household: Household, form: VisitForm, *, status: int = 200) -> HttpResponse:
    context = {
        "household": household,
        "form": form,
        "people": people_of(household),
        "registered": is_registered(household),
        "back": back_url(request),
    }
    return render(request, "residents/visit.html", context, status=status)


def _has_more(route: Route) -> bool:
    return route.due > len(route.stops)


def _saved_words(outcome: str, needs: int) -> str:
    if outcome != VisitOutcome.MET:
        return _("Noted. The household stays on the route for another day.")
    if needs:
        return _("The visit is saved, with %(needs)d needs.") % {"needs": needs}
    return _("The visit is saved.")


def _with_saved(address: str, pk: int) -> str:
    """Return the address with the household that was saved, whose kept form the page then forgets."""
    path, _mark, query = address.partition("?")
    kept = [part for part in query.split("&") if part and not part.startswith("saved=")]
    return f"{path}?{'&'.join([*kept, f'saved=visit-{pk}'])}"
