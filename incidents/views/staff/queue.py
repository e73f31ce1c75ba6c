"""/queue/ — the department's working list: keyboard, batch signing, and the next case by itself."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock
from core.errors import DomainError, Missing
from core.listing import kept, page_links, value_chips
from incidents.choices import COLOURS
from incidents.filters import IncidentFilter
from incidents.rules.vocabulary import Verb
from incidents.selectors.lists import PAGE_SIZE, incident_for, open_incidents_for, rows_of, with_answer_limit
from incidents.selectors.shows import count_shows, show_called, shows_for
from incidents.selectors.steps import easy_step
from incidents.services import incident_perform
from incidents.views.staff.case import Attempt, case_context
from incidents.views.staff.listing import page_of, show_chips
from organizations.requests import staff_actor


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one row of a batch."""

    number: str
    refusal: str = ""


@login_required
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Show the list with the case named in `case`, or none, opened beside it."""
    context = _area_context(request, request.GET, request.GET.get("case", ""))
    return render(request, "incidents/queue.html", context)


@login_required
@require_GET
def panel(request: HttpRequest, number: str) -> HttpResponse:
    """Show one case for the panel beside the list."""
    context = {
        **case_context(request, incident_for(request.user, number)),
        "place": request.GET.get("place", ""),
    }
    return render(request, "incidents/_panel.html", context)


@login_required
@require_POST
def sign(request: HttpRequest) -> HttpResponse:
    """Sign for every picked case, each on its own; those that cannot be signed are named."""
    before = numbers(request)
    results = [_sign_one(request, number) for number in request.POST.getlist("picked")[:PAGE_SIZE]]
    signed = sum(not result.refusal for result in results)
    text = _("%(count)s signed for.") % {"count": signed}
    refused = [result for result in results if result.refusal]
    if request.headers.get("HX-Request"):
        current = next(
            (number for number in before if number not in {result.number for result in results}), ""
        )
        return area(request, current, toast=("success", text) if signed else None, refused=refused)
    messages.success(request, text)
    for result in refused:
        messages.warning(request, f"{result.number}: {result.refusal}")
    return redirect(f"{reverse('queue')}?{_place(request).urlencode()}")


def area(
    request: HttpRequest,
    current: str,
    *,
    before: Sequence[str] = (),
    attempt: Attempt | None = None,
    toast: tuple[str, str] | None = None,
    refused: Sequence[Result] = (),
) -> HttpResponse:
    """Return list and panel anew after a step, at the same place of the list, with this case opened."""
    context = _area_context(request, _place(request), current, attempt, before)
    context["refused"] = refused
    status = int(attempt.error.status) if attempt is not None and attempt.error is not None else 200
    response = render(request, "incidents/_queue_area.html", context, status=status)
    if toast is not None:
        response["HX-Trigger"] = json.dumps({"toast": {"level": toast[0], "text": toast[1]}})
    return response


def panel_again(request: HttpRequest, number: str, attempt: Attempt) -> HttpResponse:
    """Return the panel with the form that could not be accepted."""
    context = case_context(request, incident_for(request.user, number), attempt)
    context["place"] = request.POST.get("place", "")
    response = render(request, "incidents/_panel.html", context, status=422)
    response["HX-Retarget"], response["HX-Reswap"] = "#panel", "innerHTML"
    return response


def numbers(request: HttpRequest) -> list[str]:
    """Return the numbers on the page of the list from which something is sent."""
    page, _show, _filters = _page(request, _place(request))
    return [incident.number for incident in page.rows]


def next_number(before: Sequence[str], number: str) -> str:
    """Return the number that came after this one in the list."""
    after = before[before.index(number) + 1 :] if number in before else before
    return next(iter(after), "")


def _area_context(
    request: HttpRequest,
    query: QueryDict,
    current: str,
    attempt: Attempt | None = None,
    before: Sequence[str] = (),
) -> dict[str, Any]:
    page, show, filters = _page(request, query)
    rows = rows_of(page.rows, request.user, answering=show.answers)
    shows = shows_for(request.user)
    counts = count_shows(open_incidents_for(request.user), shows)
    here = [row.incident.number for row in rows]
    asked = bool(current or before)
    if current not in here and (before or not current):
        # After the last case of a page the one before it is next; a page just opened starts at the top.
        current = next(iter(here[-1:] if before else here), "")
    place = query.copy()
    place.pop("case", None)
    context: dict[str, Any] = {
        "rows": rows,
        "show": show,
        "chips": show_chips(query, shows, counts, show.key),
        "colour_chips": value_chips(query, "colour", COLOURS),
        "filters": filters,
        "keep": kept(query, ("show", "colour")),
        "current": current,
        "asked": asked,
        "place": place.urlencode(),
        "back": f"{reverse('queue')}?{place.urlencode()}",
        "now": clock.now(),
        **page_links(page, query),
    }
    return {**context, **_case(request, current, attempt)}


def _page(request: HttpRequest, query: QueryDict) -> tuple[Any, Any, IncidentFilter]:
    show = show_called(request.user, query.get("show", ""))
    filters = IncidentFilter(query, request.user)
    incidents = filters.apply(with_answer_limit(open_incidents_for(request.user), request.user))
    order = "answer" if show.answers else "due"
    return page_of(incidents.filter(show.condition), query, order), show, filters


def _case(request: HttpRequest, number: str, attempt: Attempt | None) -> dict[str, Any]:
    if not number:
        return {}
    try:
        return case_context(request, incident_for(request.user, number), attempt)
    except Missing:
        return {}


def _sign_one(request: HttpRequest, number: str) -> Result:
    version = request.POST.get(f"version-{number}", "")
    try:
        incident = incident_for(request.user, number)
        signs_whistle = easy_step(request.user, incident, answering=True) is Verb.WHISTLE_SIGN
        incident_perform(
            actor=staff_actor(request),
            incident_id=incident.pk,
            verb=Verb.WHISTLE_SIGN if signs_whistle else Verb.SIGN,
            given={},
            version=int(version) if version.isdecimal() else None,
        )
    except DomainError as error:
        return Result(number, refusal=error.message)
    return Result(number)


def _place(request: HttpRequest) -> QueryDict:
    return QueryDict(request.POST.get("place", ""))
