"""/report/ — staff report what they found: category, photo, place, done."""

from decimal import Decimal, InvalidOperation

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.errors import Denied, Invalid
from grids.locator import grid_at
from grids.models import Grid
from incidents.forms.report import ReportForm
from incidents.models import Incident
from incidents.rules.vocabulary import Verb
from incidents.rules.workflow import FILE
from incidents.selectors import actions_for, responsible_people
from incidents.selectors.duplicates import duplicates_of
from incidents.selectors.lists import incident_for
from incidents.services import Filed, incident_file
from organizations.requests import staff_actor, staff_user
from organizations.scopes import scope_of

# The services name the place by what it is made of; the form shows one of these fields.
_FIELDS = {
    "position": "grid",
    "place": "grid",
    "grid_id": "grid",
    "building_id": "building",
    "category_code": "category",
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Show the form, or file it; the same form sent twice leads to the same incident."""
    if FILE not in scope_of(request.user).permissions:
        raise Denied("permission_missing", _("Your role does not include this step."))
    if request.method != "POST":
        return render(request, "incidents/report.html", {"form": ReportForm(request.user)})
    form = ReportForm(request.user, data=request.POST, files=request.FILES)
    if form.is_valid():
        try:
            filed = incident_file(actor=staff_actor(request), report=form.to_report())
        except Invalid as error:
            name = _FIELDS.get(error.field or "", error.field)
            form.add_error(name if name in form.fields else None, error.message)
        else:
            return _filed(request, filed)
    return render(request, "incidents/report.html", {"form": form}, status=422)


def _filed(request: HttpRequest, filed: Filed) -> HttpResponse:
    """Lead to the case, or to a receipt with a lookup code where it is withheld from who reported it."""
    seen = Incident.objects.visible_to(request.user).filter(pk=filed.incident.pk).exists()
    if seen:
        return redirect("reported", number=filed.incident.number)
    return render(request, "incidents/reported_withheld.html", {"filed": filed})


@login_required
@require_GET
def reported(request: HttpRequest, number: str) -> HttpResponse:
    """Show the number of what was filed, who has it now and by when."""
    incident = incident_for(request.user, number)
    possible = {action.verb for action in actions_for(staff_user(request), incident)}
    context = {
        "incident": incident,
        "people": responsible_people(incident)[:2],
        "proposals": duplicates_of(request.user, incident) if Verb.MERGE in possible else [],
    }
    return render(request, "incidents/reported.html", context)


@login_required
@require_GET
def place(request: HttpRequest) -> HttpResponse:
    """Say in which grid a position lies, before anything is filed."""
    return render(
        request, "incidents/_place.html", {"grid": _grid_of(request), "asked": "lat" in request.GET}
    )


def _grid_of(request: HttpRequest) -> Grid | None:
    try:
        longitude, latitude = Decimal(request.GET.get("lng", "")), Decimal(request.GET.get("lat", ""))
    except InvalidOperation:
        return None
    if not (longitude.is_finite() and latitude.is_finite()):
        return None
    return grid_at(longitude, latitude)
