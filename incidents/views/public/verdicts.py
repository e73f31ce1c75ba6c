"""/verdict/<token>/ — the reporter's verdict by a one-time link: no login, no code, and nothing to find out.

The page shows what the matter was and what was done, never who reported it or what else was said.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.actor import RESIDENT
from core.errors import DomainError, TooMany
from core.rates import address_of, spend
from incidents.forms.callback import LinkVerdictForm
from incidents.models import VerdictRound
from incidents.rules.vocabulary import Channel, Verb, Verdict
from incidents.selectors.callbacks import round_behind
from incidents.selectors.families import what_was_done
from incidents.services import incident_perform
from incidents.views.public.rates import LOOKUPS_OF_ADDRESS
from incidents.views.public.steps import UNREADABLE

_GONE = 410
_VERB_OF = {
    Verdict.SATISFIED: Verb.JUDGE_SATISFIED,
    Verdict.BASICALLY: Verb.JUDGE_BASICALLY,
    Verdict.DISSATISFIED: Verb.JUDGE_DISSATISFIED,
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verdict(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the verdict, or take it; a link that does not count says what to do instead. Source: R-147."""
    asked = round_behind(token)
    if asked is None:
        return _over(request, "bad")
    if asked.closed_at is not None:
        return _over(request, "answered" if asked.kind else "late")
    if request.user.is_authenticated:
        # Whoever works here must not answer for the resident by the notice they have printed. Source: R-55.
        return _over(request, "staff")
    if request.method != "POST":
        return _ask(request, asked, LinkVerdictForm())
    form = LinkVerdictForm(request.POST)
    if not form.is_valid():
        return _ask(request, asked, form, status=UNREADABLE)
    try:
        spend(LOOKUPS_OF_ADDRESS, address_of(request))
        _judge(asked, form.cleaned_data)
    except TooMany as error:
        form.add_error(None, error.message)
        return _ask(request, asked, form, status=error.status)
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return _ask(request, asked, form, status=error.status)
    return render(request, "public/verdict_thanks.html", {"verdict": form.cleaned_data["verdict"]})


def _judge(asked: VerdictRound, given: dict[str, Any]) -> None:
    verb = _VERB_OF[Verdict(given["verdict"])]
    values: dict[str, Any] = {"channel": Channel.RESIDENT_QR}
    if verb is Verb.JUDGE_DISSATISFIED:
        values |= {"reason": given["reason"], "reason_codes": given["reason_codes"]}
    else:
        values["note"] = given["reason"]
    incident_perform(
        actor=RESIDENT,
        incident_id=asked.incident_id,
        verb=verb,
        given=values,
        version=asked.incident.version,
    )


def _ask(
    request: HttpRequest, asked: VerdictRound, form: LinkVerdictForm, *, status: int = 200
) -> HttpResponse:
    incident = asked.incident
    context = {"asked": asked, "incident": incident, "done": what_was_done(incident), "form": form}
    return render(request, "public/verdict.html", context, status=status)


def _over(request: HttpRequest, why: str) -> HttpResponse:
    return render(request, "public/verdict_over.html", {"why": why}, status=_GONE)
