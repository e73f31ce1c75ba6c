"""/incidents/<number>/notice/ — the notice that work is done, to be printed and left with the reporter."""

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.errors import Conflict, Denied
from incidents.selectors.callbacks import open_round
from incidents.selectors.families import what_was_done
from incidents.selectors.lists import incident_for
from incidents.services.notices import notice_make
from organizations.requests import staff_actor


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, number: str) -> HttpResponse:
    """Make the notice; the code on it leads to the verdict without a login and works once."""
    incident = incident_for(request.user, number)
    if request.method != "POST":
        return redirect("incident", number=number)
    try:
        token = notice_make(actor=staff_actor(request), incident_id=incident.pk)
    except (Conflict, Denied) as error:
        messages.warning(request, error.message)
        return redirect("incident", number=number)
    address = request.build_absolute_uri(reverse("verdict", args=[token]))
    context = {
        "incident": incident,
        "asked": open_round(incident),
        "done": what_was_done(incident),
        "address": address,
        "picture": segno.make_qr(address, error="q").svg_data_uri(
            scale=4, border=2, dark="black", light="white"
        ),
    }
    return render(request, "incidents/notice.html", context)
