"""/residents/mismatches/ — where dwellings and people do not fit: to be put right or confirmed (R-215)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import Conflict, Invalid, Missing
from core.keyset import paginate
from core.listing import CURSOR, Chip, link, page_links
from organizations.requests import back_url, staff_actor
from residents.forms.household import ConfirmForm
from residents.models import Mismatch, MismatchKind
from residents.policies import REGISTER, require_at
from residents.selectors.lists import PAGE_SIZE, kind_counts, mismatches_for
from residents.services import mismatch_confirm
from residents.views.acting import show_refusal
from residents.views.listing import narrowed, narrowing, require_view

_STATES = (("open", gettext_lazy("Waiting")), ("confirmed", gettext_lazy("Confirmed")))


@login_required
@require_safe
def mismatches(request: HttpRequest) -> HttpResponse:
    """List the mismatches that wait, or those that were confirmed."""
    require_view(request)
    state = "confirmed" if request.GET.get("state") == "confirmed" else "open"
    counts = kind_counts(request.user)
    kind = request.GET.get("kind", "")
    found = narrowed(mismatches_for(request.user).filter(state=state), request)
    if kind in MismatchKind.values:
        found = found.filter(kind=kind)
    page = paginate(found, order=("id",), cursor=request.GET.get(CURSOR, ""), size=PAGE_SIZE)
    context = {
        **narrowing(request),
        "rows": page.rows,
        "state": state,
        "state_chips": [Chip(link(request.GET, state=key), label, key == state) for key, label in _STATES],
        "kind_chips": [
            Chip(
                link(request.GET, kind=None if value == kind else value),
                label,
                value == kind,
                counts.get(value, 0) if state == "open" else None,
            )
            for value, label in MismatchKind.choices
        ],
        "kind": kind,
        "back": request.get_full_path(),
        **page_links(page, request.GET),
    }
    return render(request, "residents/mismatches.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why a mismatch is right as it is, and keep the answer."""
    actor = staff_actor(request)
    mismatch: Mismatch | None = mismatches_for(request.user).filter(pk=pk).first()
    if mismatch is None:
        raise Missing("mismatch_missing", _("There is no such mismatch, or it has been put right."))
    require_at(actor, REGISTER, mismatch)
    form = ConfirmForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                mismatch_confirm(actor=actor, mismatch_id=pk, **form.cleaned_data)
            except (Invalid, Conflict) as error:
                show_refusal(form, error)
                status = error.status
            else:
                messages.success(request, _("Confirmed. It comes back after that day if it is still so."))
                return redirect(back_url(request) if request.POST.get("back") else "residents:mismatches")
    context = {"form": form, "mismatch": mismatch, "back": back_url(request)}
    return render(request, "residents/confirm.html", context, status=status)
