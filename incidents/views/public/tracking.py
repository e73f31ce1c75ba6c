"""Looking a report up by its number and code, judging the result, and asking for more work."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.actor import RESIDENT
from core.errors import DomainError, Missing, TooMany
from core.rates import address_of, spend
from incidents.forms.public import LookupForm, ReasonForm
from incidents.models import Incident
from incidents.models.photos import PhotoPurpose
from incidents.rules.vocabulary import Verb
from incidents.selectors import actions_of, incident_by_lookup
from incidents.services import incident_perform
from incidents.views.public.memory import forget_lookups, looked_up, remember_lookup
from incidents.views.public.progress import progress_of
from incidents.views.public.rates import LOOKUPS_OF_ADDRESS, LOOKUPS_OF_NUMBER
from incidents.views.public.steps import UNREADABLE

# What a press of one button says, and what needs a sentence first.
_PRESSED = {"satisfied": Verb.JUDGE_SATISFIED, "basically": Verb.JUDGE_BASICALLY}
_SAID = {"dissatisfied": Verb.JUDGE_DISSATISFIED, "reopen": Verb.REOPEN}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Ask for number and code; what was looked up stays open in this session for half an hour."""
    if request.method != "POST":
        form = LookupForm(initial={"number": request.GET.get("number", "")[:40]})
        return render(request, "public/track.html", {"form": form})
    form = LookupForm(request.POST)
    status = UNREADABLE
    if form.is_valid():
        try:
            incident = _look_up(request, form.cleaned_data["number"], form.cleaned_data["code"])
        except (Missing, TooMany) as error:
            form.add_error(None, error.message)
            status = error.status
        else:
            remember_lookup(request, incident.pk)
            return redirect("track-incident", number=incident.number)
    return render(request, "public/track.html", {"form": form}, status=status)


@never_cache
@require_GET
def incident(request: HttpRequest, number: str) -> HttpResponse:
    """Show how far the report has come, and what its reporter may say now."""
    found = looked_up(request, number)
    if found is None:
        return _ask_for_code(request, number)
    return _page(request, found)


@never_cache
@require_POST
def judge(request: HttpRequest, number: str, verdict: str) -> HttpResponse:
    """Take a verdict that needs no words."""
    found = looked_up(request, number)
    if found is None:
        return _ask_for_code(request, number)
    version = request.POST.get("version", "")
    return _perform(
        request, found, _PRESSED[verdict], {}, version=int(version) if version.isdecimal() else None
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def say_why(request: HttpRequest, number: str, wish: str) -> HttpResponse:
    """Ask what is still not right, and send it back to the people in charge."""
    found = looked_up(request, number)
    if found is None:
        return _ask_for_code(request, number)
    if _SAID[wish] not in _possible(found):
        messages.warning(request, _("This is not possible now. Please read how things stand."))
        return redirect("track-incident", number=number)
    if request.method != "POST":
        form = ReasonForm(initial={"version": found.version})
        return render(request, "public/say_why.html", {"form": form, "incident": found, "wish": wish})
    form = ReasonForm(request.POST)
    if not form.is_valid():
        context = {"form": form, "incident": found, "wish": wish}
        return render(request, "public/say_why.html", context, status=UNREADABLE)
    given = {"reason": form.cleaned_data["reason"], "reason_codes": form.cleaned_data["reason_codes"]}
    return _perform(request, found, _SAID[wish], given, version=form.cleaned_data["version"])


@never_cache
@require_POST
def urge(request: HttpRequest, number: str) -> HttpResponse:
    """Urge the people in charge on, as often a day as the service lets reporters."""
    found = looked_up(request, number)
    if found is None:
        return _ask_for_code(request, number)
    return _perform(request, found, Verb.URGE, {}, version=None)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close what was looked up, for a phone that is passed on."""
    forget_lookups(request)
    messages.success(request, _("Closed. To look again, enter number and code."))
    return redirect("home")


def _look_up(request: HttpRequest, number: str, code: str) -> Incident:
    spend(LOOKUPS_OF_ADDRESS, address_of(request))
    spend(LOOKUPS_OF_NUMBER, number)
    return incident_by_lookup(number, code)


def _ask_for_code(request: HttpRequest, number: str) -> HttpResponse:
    messages.info(request, _("Please enter the lookup code once more."))
    return redirect(f"{reverse('track')}?number={number}")


def _perform(
    request: HttpRequest, found: Incident, verb: Verb, given: dict[str, Any], *, version: int | None
) -> HttpResponse:
    try:
        incident_perform(actor=RESIDENT, incident_id=found.pk, verb=verb, given=given, version=version)
    except DomainError as error:
        fresh = looked_up(request, found.number) or found
        return _page(request, fresh, problem=error.message, said=given.get("reason", ""), status=error.status)
    messages.success(request, _("Thank you. We have noted what you said."))
    return redirect("track-incident", number=found.number)


def _page(
    request: HttpRequest, found: Incident, *, problem: str = "", said: str = "", status: int = 200
) -> HttpResponse:
    photos = list(found.photos.all())
    context = {
        "incident": found,
        "progress": progress_of(found),
        "possible": {verb.value for verb in _possible(found)},
        "before": [photo for photo in photos if photo.purpose == PhotoPurpose.REPORT],
        "after": [photo for photo in photos if photo.purpose == PhotoPurpose.RESULT],
        "problem": problem,
        "said": said,
    }
    return render(request, "public/incident.html", context, status=status)


def _possible(found: Incident) -> set[Verb]:
    wanted = {*_PRESSED.values(), *_SAID.values(), Verb.URGE}
    return {action.verb for action in actions_of(RESIDENT, found)} & wanted
