"""/incidents/callback/ — the telephone desk: who is to be rung, the call, and what came of it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock
from core.errors import Denied, DomainError, Invalid
from core.keyset import paginate
from core.listing import CURSOR, Chip, link, page_links
from incidents.forms.callback import AttemptForm, VerdictForm
from incidents.links import verdict_token
from incidents.models import Incident
from incidents.models.photos import PhotoPurpose
from incidents.selectors.callbacks import (
    ORDER,
    count_to_call,
    may_call_back,
    open_round,
    rounds_of,
    rounds_to_call,
)
from incidents.selectors.families import what_was_done
from incidents.selectors.lists import PAGE_SIZE, incident_for
from incidents.services.callbacks import (
    Claimed,
    callback_attempt,
    callback_claim,
    callback_release,
    callback_verdict,
)
from organizations.requests import staff_actor


@login_required
@require_GET
def callbacks(request: HttpRequest) -> HttpResponse:
    """Show who is to be rung now, the longest waiting first, or who later."""
    _check_desk(request)
    later = bool(request.GET.get("later"))
    rows = rounds_to_call(request.user, later=later)
    page = paginate(rows, order=ORDER, cursor=request.GET.get(CURSOR, ""), size=PAGE_SIZE)
    context = {
        "rows": page.rows,
        "total": count_to_call(request.user),
        "later": later,
        "chips": [
            Chip(link(request.GET, later=None), _("To be rung now"), not later),
            Chip(link(request.GET, later="1"), _("To be rung again later"), later),
        ],
        "now": clock.now(),
        **page_links(page, request.GET),
    }
    return render(request, "incidents/callbacks.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest, number: str) -> HttpResponse:
    """Show a case before it is rung; a POST takes the call and shows the phone once."""
    incident = _incident(request, number)
    claimed: Claimed | None = None
    if request.method == "POST":
        try:
            claimed = callback_claim(actor=staff_actor(request), incident_id=incident.pk)
        except DomainError as error:
            messages.warning(request, error.message)
            return redirect("callbacks")
    return _page(request, incident, claimed=claimed)


@login_required
@require_POST
def attempt(request: HttpRequest, number: str) -> HttpResponse:
    """Record a call that brought no verdict, and go on to the list."""
    incident = _incident(request, number)
    form = AttemptForm(request.POST)
    if not form.is_valid():
        return _page(request, incident, attempt_form=form, status=422)
    try:
        callback_attempt(actor=staff_actor(request), incident_id=incident.pk, **form.cleaned_data)
    except DomainError as error:
        messages.warning(request, error.message)
        return redirect("callbacks")
    messages.success(request, _("%(number)s: the call has been noted.") % {"number": incident.number})
    return redirect("callbacks")


@login_required
@require_POST
def verdict(request: HttpRequest, number: str) -> HttpResponse:
    """Record the verdict heard on the phone; what cannot be accepted keeps what was typed."""
    incident = _incident(request, number)
    form = VerdictForm(request.POST)
    if not form.is_valid():
        return _page(request, incident, verdict_form=form, status=422)
    try:
        callback_verdict(actor=staff_actor(request), incident_id=incident.pk, **form.cleaned_data)
    except Invalid as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return _page(request, incident, verdict_form=form, status=error.status)
    except DomainError as error:
        messages.warning(request, error.message)
        return redirect("callbacks")
    messages.success(request, _("%(number)s: the verdict has been recorded.") % {"number": incident.number})
    return redirect("callbacks")


@login_required
@require_POST
def release(request: HttpRequest, number: str) -> HttpResponse:
    """Give the call back to the list."""
    incident = _incident(request, number)
    callback_release(actor=staff_actor(request), incident_id=incident.pk)
    return redirect("callbacks")


def _page(
    request: HttpRequest,
    incident: Incident,
    *,
    claimed: Claimed | None = None,
    status: int = 200,
    **forms: Any,
) -> HttpResponse:
    asked = open_round(incident)
    if asked is None:
        messages.info(request, _("This reporter need not be rung any more."))
        return redirect("callbacks")
    mine = asked.claimed_by_id == request.user.pk and (asked.claimed_until or clock.now()) > clock.now()
    context = {
        "incident": incident,
        "asked": asked,
        "mine": mine,
        "claimed": claimed,
        "done": what_was_done(incident),
        "photos": [photo for photo in incident.photos.all() if photo.purpose == PhotoPurpose.RESULT],
        "rounds": rounds_of(incident),
        "link": request.build_absolute_uri(reverse("verdict", args=[verdict_token(asked.pk)])),
        "attempt_form": AttemptForm(),
        "verdict_form": VerdictForm(initial={"version": incident.version}),
        **forms,
    }
    return render(request, "incidents/callback.html", context, status=status)


def _incident(request: HttpRequest, number: str) -> Incident:
    _check_desk(request)
    return incident_for(request.user, number)


def _check_desk(request: HttpRequest) -> None:
    if not may_call_back(request.user):
        raise Denied("permission_missing", _("Your role does not include this step."))
