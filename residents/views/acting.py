"""/residents/people|households/<id>/do/<step>/ — the one way in which a page changes a file."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.errors import Conflict, DomainError, Invalid, Missing
from organizations.requests import staff_actor
from residents.models import Household, Person
from residents.policies import REGISTER, require_at
from residents.selectors.file import household_for
from residents.selectors.person import person_for
from residents.views.steps import HOUSEHOLD_STEPS, PERSON_STEPS, Step

_METHODS = ["GET", "HEAD", "POST"]


@login_required
@never_cache
@require_http_methods(_METHODS)
def person(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Show the form of a change of one person, or make it."""
    subject = person_for(request.user, pk)
    return answer(
        request, subject, _step(PERSON_STEPS, step), subject.name, reverse("residents:person", args=[pk])
    )


@login_required
@never_cache
@require_http_methods(_METHODS)
def household(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Show the form of a change of a household, or make it."""
    subject = household_for(request.user, pk)
    title = f"{subject.building or subject.community} {subject.dwelling or ''}".strip()
    return answer(
        request, subject, _step(HOUSEHOLD_STEPS, step), title, reverse("residents:household", args=[pk])
    )


def _step(steps: Mapping[str, Step], name: str) -> Step:
    if name not in steps:
        raise Http404
    return steps[name]


def answer(
    request: HttpRequest,
    subject: Person | Household,
    step: Step,
    title: str,
    home: str,
    permission: str | None = REGISTER,
) -> HttpResponse:
    """Show the form of the step, or take it and go back to `home`; refusals stand at their fields.

    Without a permission the caller has asked who may do it.
    """
    actor = staff_actor(request)
    if permission is not None:
        require_at(actor, permission, subject)
    form: Any = step.form(request.user, subject, request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                step.act(actor, subject, form)
            except (Invalid, Conflict, Missing) as error:
                show_refusal(form, error)
                status = error.status
            else:
                messages.success(request, str(step.done))
                return redirect(home)
    context = {"form": form, "step": step, "title": title, "home": home}
    return render(request, "residents/step.html", context, status=status)


def show_refusal(form: Any, error: DomainError) -> None:
    """Put a refusal at its field, where the form has it; a typed place is shown by its words."""
    names = [error.field, f"{error.field}_words"]
    shown = next((name for name in names if name in form.fields and _seen(form, name)), None)
    form.add_error(shown, error.message)


def _seen(form: Any, name: str | None) -> bool:
    return not form.fields[name].widget.is_hidden
