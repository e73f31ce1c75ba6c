"""/incidents/<number>/reporter/ — the reporter's name and phone, for a purpose that is recorded."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.errors import Invalid
from incidents.forms.reveal import RevealForm
from incidents.selectors.lists import incident_for
from incidents.services import reporter_reveal
from organizations.requests import back_url, staff_actor


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reveal(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for the purpose, then show name and phone once; nothing of it is kept in the address."""
    incident = incident_for(request.user, number)
    form = RevealForm(request.POST or None)
    context = {"incident": incident, "form": form, "back": back_url(request)}
    if request.method == "POST" and form.is_valid():
        try:
            context["revealed"] = reporter_reveal(
                actor=staff_actor(request), incident_id=incident.pk, purpose=form.cleaned_data["purpose"]
            )
        except Invalid as error:
            form.add_error("purpose", error.message)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "incidents/reveal.html", context, status=status)
