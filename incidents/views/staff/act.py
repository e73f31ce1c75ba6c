"""/incidents/<number>/act/<verb>/ — the one address every step of staff is sent to."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import Conflict, Denied, DomainError, Invalid
from incidents.choices import VERBS
from incidents.forms.actions import ActionForm
from incidents.models import Incident
from incidents.rules.vocabulary import Verb
from incidents.selectors import actions_for
from incidents.selectors.lists import incident_for
from incidents.services import incident_perform
from incidents.views.staff import queue
from incidents.views.staff.case import Attempt, case_context
from organizations.requests import back_url, staff_actor, staff_user

_NAMES = dict(VERBS)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of a step: the changed incident, or the attempt to show again with its status."""

    done: Incident | None = None
    attempt: Attempt | None = None
    status: int = 200


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Show the form of a step, or take it; in the queue the answer is the list with the next case opened."""
    try:
        wanted = Verb(verb)
    except ValueError as error:
        raise Http404 from error
    incident = incident_for(request.user, number)
    if request.method != "POST":
        return redirect(f"{reverse('incident', args=[number])}#act-{wanted.value}")
    in_queue = bool(request.headers.get("HX-Request")) and "place" in request.POST
    before = queue.numbers(request) if in_queue else []
    outcome = _take(request, incident, wanted)
    if in_queue:
        return _answer_in_queue(request, incident, outcome, before)
    if outcome.attempt is None:
        messages.success(request, _said(incident, wanted))
        return redirect(_after(request, incident))
    context = {
        **case_context(request, incident_for(request.user, number), outcome.attempt),
        "back": back_url(request),
    }
    return render(request, "incidents/incident.html", context, status=outcome.status)


def _take(request: HttpRequest, incident: Incident, verb: Verb) -> _Outcome:
    action = next((each for each in actions_for(staff_user(request), incident) if each.verb == verb), None)
    form = ActionForm(
        verb,
        action.fields if action else (),
        request.user,
        data=request.POST,
        files=request.FILES,
        incident=incident,
    )
    # A step that is no longer offered goes to the service all the same: it knows who was faster.
    if not form.is_valid() and action is not None:
        return _Outcome(attempt=Attempt(verb, form), status=422)
    try:
        done = incident_perform(
            actor=staff_actor(request),
            incident_id=incident.pk,
            verb=verb,
            given=form.given(),
            version=form.cleaned_data.get("version"),
            photos=form.cleaned_data.get("photos") or (),
        )
    except (Conflict, Denied) as error:
        return _Outcome(attempt=_fresh_attempt(request, incident, verb, form, error), status=error.status)
    except Invalid as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return _Outcome(attempt=Attempt(verb, form), status=error.status)
    return _Outcome(done=done)


def _fresh_attempt(
    request: HttpRequest, incident: Incident, verb: Verb, form: ActionForm, error: DomainError
) -> Attempt:
    """Keep what was typed in a form of the newest version, where the step is still possible."""
    newest = incident_for(request.user, incident.number)
    action = next((each for each in actions_for(staff_user(request), newest) if each.verb == verb), None)
    if action is None:
        return Attempt(verb, form, error)
    data = request.POST.copy()
    data["version"] = str(newest.version)
    form = ActionForm(verb, action.fields, request.user, data=data, incident=newest)
    return Attempt(verb, form, error)


def _answer_in_queue(
    request: HttpRequest, incident: Incident, outcome: _Outcome, before: list[str]
) -> HttpResponse:
    if outcome.attempt is not None and outcome.attempt.error is None:
        return queue.panel_again(request, incident.number, outcome.attempt)
    if outcome.attempt is not None and outcome.attempt.error is not None:
        return queue.area(
            request, incident.number, attempt=outcome.attempt, toast=("error", outcome.attempt.error.message)
        )
    toast = (
        ("success", _said(incident, Verb(request.resolver_match.kwargs["verb"])))
        if request.resolver_match
        else None
    )
    return queue.area(request, queue.next_number(before, incident.number), before=before, toast=toast)


def _said(incident: Incident, verb: Verb) -> str:
    return _("%(number)s: %(step)s – done.") % {"number": incident.number, "step": _NAMES[verb]}


def _after(request: HttpRequest, incident: Incident) -> str:
    return back_url(request) if request.POST.get("back") else reverse("incident", args=[incident.number])
