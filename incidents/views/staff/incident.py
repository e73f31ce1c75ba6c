"""/incidents/<number>/ — one incident: what, where, why here, who has it, what happened, what I can do."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from incidents.forms.reveal import RevealForm
from incidents.selectors.lists import incident_for
from incidents.views.staff.case import case_context
from organizations.requests import back_url


@login_required
@require_GET
def incident(request: HttpRequest, number: str) -> HttpResponse:
    """Show the incident; outside the person's view it does not exist."""
    found = incident_for(request.user, number)
    context = {
        **case_context(request, found),
        "back": back_url(request),
        "reveal_form": RevealForm(),
    }
    return render(request, "incidents/incident.html", context)
