"""/residents/care/mine/ and the forms of one helper and one unit for a person. Source: R-245 to R-247."""

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.actor import Actor
from core.errors import Denied, Missing
from core.keyset import paginate
from core.listing import CURSOR, Chip, link, page_links
from organizations.requests import back_url
from organizations.scopes import scope_of
from residents.forms.helping import ContactForm, EndHelpForm, HelperForm
from residents.models import CareAssignment, Person
from residents.policies import MANAGE_CARE
from residents.selectors.helping import may_contact, my_people
from residents.selectors.lists import PAGE_SIZE
from residents.selectors.person import person_for
from residents.services import contact_log, helper_end, helper_set
from residents.views.acting import answer
from residents.views.steps import Step
from residents.wording import NOT_YOURS

_METHODS = ["GET", "HEAD", "POST"]


def _set(actor: Actor, person: Person, form: Any) -> None:
    data = form.cleaned_data
    helper_set(
        actor=actor,
        person_id=person.pk,
        helper_id=data["helper"] or 0,
        unit_id=data["unit"] or 0,
        contact_days=data["contact_days"],
        replacing=data["replacing"],
    )


def _end(assignment_id: int, actor: Actor, person: Person, form: Any) -> None:
    helper_end(actor=actor, assignment_id=assignment_id, reason=form.cleaned_data["reason"])


def _log(assignment_id: int, actor: Actor, person: Person, form: Any) -> None:
    given = {name: form.cleaned_data[name] for name in ("on", "kind", "note_text")}
    contact_log(actor=actor, assignment_id=assignment_id, **given)


_SET = Step(
    _("Set helper and unit"),
    _("One person and one unit look after somebody. Both see the file from now on; those of before no more."),
    HelperForm,
    _set,
    _("Helper and unit are set."),
    "people",
    bool,
)


@login_required
@never_cache
@require_http_methods(_METHODS)
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Set or change a person's helper and unit."""
    person = person_for(request.user, pk)
    return answer(request, person, _SET, person.name, _home(person), MANAGE_CARE)


@login_required
@never_cache
@require_http_methods(_METHODS)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End the help."""
    person = _assignment(request, pk).person
    step = Step(
        _("End the help"),
        _("Helper and unit no longer see the file; what they wrote stays."),
        EndHelpForm,
        partial(_end, pk),
        _("The help has ended."),
        "stop",
        bool,
    )
    return answer(request, person, step, person.name, _home(person), MANAGE_CARE)


@login_required
@never_cache
@require_http_methods(_METHODS)
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down that somebody was in touch."""
    assignment = _assignment(request, pk)
    person = assignment.person
    if not may_contact(request.user, assignment, person):
        raise Denied("not_permitted", _("Your role does not allow this here. Ask the system administrator."))
    step = Step(
        _("Were in touch"),
        _("The next contact is due so many days after this one."),
        ContactForm,
        partial(_log, pk),
        _("Written down."),
        "comment",
        bool,
    )
    home = back_url(request) if "back" in request.GET else _home(person)
    return answer(request, person, step, person.name, home, None)


@login_required
@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """List whom one helps, whoever has waited longest first; or whom one's units help."""
    scope = scope_of(request.user)
    if not scope.posts:
        raise Missing("page_missing", _("There is no such page for your posts."))
    of_unit = bool(scope.department_ids) and request.GET.get("show") == "unit"
    found = my_people(request.user, of_unit=of_unit)
    page = paginate(found, order=("next_due_on", "id"), cursor=request.GET.get(CURSOR, ""), size=PAGE_SIZE)
    today = clock.today()
    context = {
        "rows": page.rows,
        "today": today,
        "overdue": found.filter(next_due_on__lt=today).count(),
        "chips": [
            Chip(link(request.GET, show=None), _("I help"), not of_unit),
            Chip(link(request.GET, show="unit"), _("My unit helps"), of_unit),
        ]
        if scope.department_ids
        else [],
        "back": request.get_full_path(),
        "sees_lists": "residents.view_person" in scope.permissions,
        **page_links(page, request.GET),
    }
    return render(request, "residents/care_mine.html", context)


def _assignment(request: HttpRequest, pk: int) -> CareAssignment:
    rows = CareAssignment.objects.visible_to(request.user).open().select_related("person")
    found: CareAssignment | None = rows.filter(pk=pk).first()
    if found is None:
        raise Missing("assignment_missing", NOT_YOURS)
    return found


def _home(person: Person) -> str:
    return reverse("residents:person", args=[person.pk])
