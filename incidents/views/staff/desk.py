"""/desk/ — the hotline desk: a call is written down while it lasts, and its number read out at the end."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import Denied, DomainError, Invalid
from incidents.forms.desk import DeskForm
from incidents.rules.vocabulary import Verb
from incidents.selectors import responsible_people
from incidents.selectors.desk import draft_values, unfinished_calls
from incidents.selectors.lists import incident_for
from incidents.services import incident_file, incident_perform
from incidents.services.desk import RUN_DESK, draft_discard
from incidents.services.intake import Filed
from organizations.requests import staff_actor
from organizations.scopes import scope_of

# The services name the parts of a report; the form shows one of these fields.
_FIELDS = {
    "category": "category_words",
    "grid": "place_words",
    "building": "place_words",
    "position": "place_words",
    "reporter_phone": "phone",
    "reporter_name": "name",
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """Show the form of one call, or file it; the call's key in the address brings its draft back."""
    if RUN_DESK not in scope_of(request.user).permissions:
        raise Denied("permission_missing", _("Your role does not include this step."))
    call_key = _call_key(request)
    if call_key is None:
        return redirect(f"{reverse('desk')}?call={uuid4()}")
    if request.method == "POST":
        return _answer(request, call_key)
    typed = draft_values(request.user, call_key)
    form = DeskForm(request.user, initial=typed)
    return _page(request, form, call_key, restored=bool(typed))


@login_required
@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Forget an unfinished call and begin a new one."""
    call_key = _call_key(request)
    if call_key is not None:
        draft_discard(actor=staff_actor(request), call_key=call_key)
    return redirect("desk")


def _answer(request: HttpRequest, call_key: UUID) -> HttpResponse:
    form = DeskForm(request.user, data=request.POST)
    if not form.is_valid():
        return _page(request, form, call_key, status=422)
    try:
        if form.cleaned_data["same_as"]:
            return _add_to(request, form, call_key)
        filed = incident_file(actor=staff_actor(request), report=form.to_report(call_key))
    except Invalid as error:
        name = _FIELDS.get(error.field or "", error.field)
        form.add_error(name if name in form.fields else None, error.message)
        return _page(request, form, call_key, status=422)
    except DomainError as error:
        form.add_error(None, error.message)
        return _page(request, form, call_key, status=error.status)
    draft_discard(actor=staff_actor(request), call_key=call_key)
    return _read_out(request, filed)


def _add_to(request: HttpRequest, form: DeskForm, call_key: UUID) -> HttpResponse:
    """Add what the caller says to a case there is, or urge its owner with it, and say where it stands."""
    incident = incident_for(request.user, form.cleaned_data["same_as"])
    said = _("The caller rang again: %(text)s") % {"text": form.cleaned_data["description"]}
    verb, name = (Verb.URGE, "note") if form.cleaned_data["urge"] else (Verb.COMMENT, "text")
    incident_perform(actor=staff_actor(request), incident_id=incident.pk, verb=verb, given={name: said})
    draft_discard(actor=staff_actor(request), call_key=call_key)
    text = _("Added to %(number)s. It is %(state)s, with %(unit)s.")
    values = {
        "number": incident.number,
        "state": incident.get_state_display(),
        "unit": incident.owner_organization.name,
    }
    messages.success(request, text % values)
    return redirect("desk")


def _read_out(request: HttpRequest, filed: Filed) -> HttpResponse:
    """Show number and code large; sent again by a reload, the form shows the same ones."""
    incident = incident_for(request.user, filed.incident.number)
    context = {
        "incident": incident,
        "number": _in_groups(incident.number, 4),
        "code": _in_groups(filed.lookup_code, 5),
        "people": responsible_people(incident)[:2],
    }
    return render(request, "incidents/desk_filed.html", context)


def _page(
    request: HttpRequest, form: DeskForm, call_key: UUID, *, restored: bool = False, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "call_key": call_key,
        "restored": restored,
        "unfinished": unfinished_calls(request.user, but=call_key),
    }
    return render(request, "incidents/desk.html", context, status=status)


def _call_key(request: HttpRequest) -> UUID | None:
    given = request.POST.get("call") or request.GET.get("call") or ""
    try:
        return UUID(given)
    except ValueError:
        return None


def _in_groups(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]
