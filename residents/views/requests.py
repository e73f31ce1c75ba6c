"""/residents/requests/ — what people ask about their own data: recorded, decided, handed over."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import Conflict, Invalid, Missing
from core.keyset import paginate
from core.listing import CURSOR, Chip, link, page_links
from organizations.requests import staff_actor
from residents.forms.requests import DecisionForm, RequestForm
from residents.models import RequestState, SubjectRequest
from residents.policies import DECIDE_REQUEST, REGISTER, may, require_at
from residents.sealing import open_details
from residents.selectors.lists import PAGE_SIZE
from residents.selectors.person import person_for
from residents.services.requests import (
    subject_request_decide,
    subject_request_file,
    subject_request_record,
)
from residents.views.acting import show_refusal
from residents.views.listing import require_view

_METHODS = ["GET", "HEAD", "POST"]


@login_required
@never_cache
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """List the requests of one state, what is due first."""
    require_view(request)
    wanted = request.GET.get("state", "")
    state = wanted if wanted in RequestState.values else RequestState.OPEN
    rows = SubjectRequest.objects.visible_to(request.user).filter(state=state)
    rows = rows.select_related("person__community")
    page = paginate(rows, order=("due_on", "id"), cursor=request.GET.get(CURSOR, ""), size=PAGE_SIZE)
    context = {
        "rows": page.rows,
        "state_chips": [
            Chip(link(request.GET, state=value), label, value == state)
            for value, label in RequestState.choices
        ],
        **page_links(page, request.GET),
    }
    return render(request, "residents/requests.html", context)


@login_required
@never_cache
@require_http_methods(_METHODS)
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what a person asks for."""
    actor, person = staff_actor(request), person_for(request.user, pk)
    require_at(actor, REGISTER, person)
    form = RequestForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                subject_request_record(actor=actor, person_id=pk, **form.cleaned_data)
            except Invalid as error:
                show_refusal(form, error)
            else:
                messages.success(request, _("Recorded. It is due within fifteen days."))
                return redirect("residents:requests")
    return render(request, "residents/request_record.html", {"form": form, "person": person}, status=status)


@login_required
@never_cache
@require_http_methods(_METHODS)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one request, and decide it."""
    found = _request_for(request, pk)
    form = DecisionForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            granted = form.cleaned_data["answer"] == "granted"
            grounds = form.cleaned_data["grounds"]
            try:
                subject_request_decide(
                    actor=staff_actor(request), request_id=pk, granted=granted, grounds=grounds
                )
            except (Invalid, Conflict) as error:
                show_refusal(form, error)
                status = error.status
            else:
                messages.success(request, _("Decided."))
                return redirect("residents:request", pk=pk)
    context = {
        "found": found,
        "details": open_details(found),
        "form": form,
        "may_decide": may(request.user, DECIDE_REQUEST, found.person),
    }
    return render(request, "residents/request.html", context, status=status)


@login_required
@never_cache
@require_POST
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the file of a granted request to see the data; the look is logged."""
    held = subject_request_file(actor=staff_actor(request), request_id=pk)
    options = {"ensure_ascii": False, "indent": 2}
    answer = JsonResponse(held, json_dumps_params=options, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="request-{pk}.json"'
    return answer


def _request_for(request: HttpRequest, pk: int) -> SubjectRequest:
    rows = SubjectRequest.objects.visible_to(request.user).select_related(
        "person__community", "person__street", "recorded_by", "decided_by"
    )
    found: SubjectRequest | None = rows.filter(pk=pk).first()
    if found is None:
        raise Missing("request_missing", _("There is no such request, or it is not yours to see."))
    return found
