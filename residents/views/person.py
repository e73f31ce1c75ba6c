"""/residents/people/<id>/ — one person: what is known, where they lived, which files may be theirs too."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock
from core.errors import Conflict, Invalid
from organizations.requests import back_url, staff_actor
from residents.forms.person import ReasonForm
from residents.models import Household, MergeRecord
from residents.policies import REGISTER, may, require_at
from residents.selectors.care import care_of
from residents.selectors.file import person_row
from residents.selectors.helping import contacts_of
from residents.selectors.person import person_facts, person_for
from residents.selectors.sources import sources_part
from residents.services import people_distinct, person_merge, person_unmerge
from residents.services.undoing import last_change
from residents.views.acting import show_refusal
from residents.views.steps import PERSON_STEPS


@login_required
@never_cache
@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the person; a look outside what one sees is a 404."""
    found = person_for(request.user, pk)
    may_register = may(request.user, REGISTER, found)
    context = {
        "person": found,
        "back": back_url(request),
        "may_register": may_register,
        "steps": [
            (name, step)
            for name, step in PERSON_STEPS.items()
            if may_register and step.possible(found) and (name != "undo" or last_change(found) is not None)
        ],
        "sees_home": Household.objects.visible_to(request.user).filter(pk=found.household_id).exists(),
        "contacts": contacts_of(found),
        "care": care_of(request.user, [found])[0],
        **person_facts(request.user, found),
        **sources_part(request.user, found),
    }
    return render(request, "residents/person.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Show two files beside each other, and merge the second into the first."""
    kept, gone = person_for(request.user, pk), person_for(request.user, other)
    actor = staff_actor(request)
    require_at(actor, REGISTER, kept)
    form = ReasonForm(request.user, None, request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                person_merge(
                    actor=actor, kept_id=kept.pk, gone_id=gone.pk, reason=form.cleaned_data["reason"]
                )
            except (Invalid, Conflict) as error:
                show_refusal(form, error)
                status = error.status
            else:
                messages.success(request, _("The two files are one now. It can be undone on this page."))
                return redirect("residents:person", pk=kept.pk)
    today = clock.today()
    rows: list[Any] = [person_row(each, today) for each in (kept, gone)]
    context = {"form": form, "kept": kept, "gone": gone, "rows": rows}
    return render(request, "residents/merge.html", context, status=status)


@login_required
@require_POST
def distinct(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Note that two files are of two people."""
    people_distinct(actor=staff_actor(request), first_id=pk, second_id=other)
    messages.success(request, _("Noted: two different people. They are not proposed again."))
    return redirect(back_url(request))


@login_required
@require_POST
def unmerge(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a merging."""
    kept_id = MergeRecord.objects.visible_to(request.user).filter(pk=pk).values_list("kept_id", flat=True)
    try:
        person_unmerge(actor=staff_actor(request), record_id=pk, reason=request.POST.get("reason", "")[:200])
    except Conflict as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, _("The files are two again."))
    return redirect("residents:person", pk=kept_id[0])
