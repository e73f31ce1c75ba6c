"""/incidents/<number>/why/ — why it came here, why this colour, what would change it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from incidents.selectors.lists import incident_for
from incidents.services.explanations import explanation_for


@login_required
@require_GET
def why(request: HttpRequest, number: str) -> HttpResponse:
    """Explain the incident; outside the person's view it does not exist."""
    found = incident_for(request.user, number)
    context = {"incident": found, "explanation": explanation_for(found)}
    return render(request, "incidents/why.html", context)
