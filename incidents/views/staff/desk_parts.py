"""/desk/caller/ and /desk/preview/ — the parts of the desk that change while the operator types.

The phone travels in the body, never in an address: addresses are written into logs.
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import DomainError
from incidents.callers import SHORTEST, plain_phone
from incidents.forms.desk import DeskForm
from incidents.selectors import responsible_people
from incidents.selectors.explain import explain_reasons
from incidents.selectors.timeline import verb_label
from incidents.services.desk import caller_cases, draft_keep
from incidents.services.preview import incident_preview
from organizations.requests import signed_in_fragment, staff_actor


@signed_in_fragment
@require_POST
def caller(request: HttpRequest) -> HttpResponse:
    """List the caller's earlier cases, each of which the call may be about."""
    phone = request.POST.get("phone", "")
    found = caller_cases(actor=staff_actor(request), phone=phone, purpose=_("Call at the hotline desk"))
    cases = [
        {
            "incident": each.incident,
            "last": each.last,
            "what": verb_label(each.last.verb) if each.last else "",
        }
        for each in found
    ]
    context = {
        "cases": cases,
        "chosen": request.POST.get("same_as", ""),
        "asked": len(plain_phone(phone)) >= SHORTEST,
    }
    return render(request, "incidents/_desk_caller.html", context)


@signed_in_fragment
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Keep the draft, and say what colour the call would get, who would have it first, and why."""
    actor, form = staff_actor(request), DeskForm(request.user, data=request.POST)
    form.is_valid()
    try:
        call_key = UUID(request.POST.get("call", ""))
    except ValueError:
        return HttpResponse(status=400)
    typed = {name: request.POST.get(name, "") for name in form.fields}
    context: dict[str, Any] = {"kept_at": draft_keep(actor=actor, call_key=call_key, values=typed)}
    context["same"] = form.cleaned_data.get("same_as")
    if form.cleaned_data.get("category") and not context["same"]:
        try:
            seen = incident_preview(actor=actor, report=form.to_report(call_key))
        except DomainError as error:
            context["refusal"] = error.message
        else:
            context |= {
                "preview": seen,
                "people": responsible_people(seen.incident)[:2],
                "colour_reasons": explain_reasons(each.as_data() for each in seen.colour_reasons),
                "route_reasons": explain_reasons(each.as_data() for each in seen.route_reasons),
            }
    return render(request, "incidents/_desk_preview.html", context)
