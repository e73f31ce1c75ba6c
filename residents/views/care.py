"""/residents/care/… — care tags: given, reviewed, ended, shown for a purpose, and counted."""

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.actor import Actor
from core.errors import Invalid, Missing
from core.keyset import paginate
from core.listing import CURSOR, Chip, link, page_links
from core.small_counts import count_words
from organizations.requests import staff_actor
from residents.forms.care import EndTagForm, GiveTagForm, LookForm, ReviewTagForm
from residents.models import CareTagKind, Person, PersonTag
from residents.policies import MANAGE_CARE, require_at
from residents.querysets import SENSITIVE
from residents.selectors.care import (
    kinds_for,
    reviews_for,
    shown_rows,
    tag_counts,
    tag_rows,
    tagged_people,
)
from residents.selectors.lists import PAGE_SIZE, communities_by_id
from residents.selectors.person import person_for
from residents.services import tag_end, tag_give, tag_review, tags_show
from residents.views.acting import answer
from residents.views.listing import counted, narrowed, narrowing, require_view
from residents.views.steps import Step
from residents.wording import NOT_YOURS

_METHODS = ["GET", "HEAD", "POST"]


def _give(actor: Actor, person: Person, form: Any) -> None:
    data = form.cleaned_data
    tag_give(
        actor=actor,
        person_id=person.pk,
        kind_id=data["kind"],
        **{name: data[name] for name in ("purpose", "note_text", "until")},
    )


def _review(tag_id: int, actor: Actor, person: Person, form: Any) -> None:
    tag_review(actor=actor, tag_id=tag_id, until=form.cleaned_data["until"])


def _end(tag_id: int, actor: Actor, person: Person, form: Any) -> None:
    tag_end(actor=actor, tag_id=tag_id, reason=form.cleaned_data["reason"])


_GIVE = Step(
    _("Give a care tag"),
    _("Only what is needed to help. It expires by itself and is reviewed before."),
    GiveTagForm,
    _give,
    _("The tag is given."),
    "plus",
    bool,
)


@login_required
@never_cache
@require_http_methods(_METHODS)
def give(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a person a tag."""
    person = person_for(request.user, pk)
    return answer(request, person, _GIVE, person.name, _home(person), MANAGE_CARE)


@login_required
@never_cache
@require_http_methods(_METHODS)
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a tag still applies."""
    person = _tag(request, pk).person
    step = Step(
        _("Still applies"),
        _("The tag holds on from today and is reviewed again."),
        ReviewTagForm,
        partial(_review, pk),
        _("Reviewed."),
        "check",
        bool,
    )
    return answer(request, person, step, person.name, _home(person), MANAGE_CARE)


@login_required
@never_cache
@require_http_methods(_METHODS)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a tag."""
    person = _tag(request, pk).person
    step = Step(
        _("End the tag"),
        _("It is shown no more; that it was there stays on record."),
        EndTagForm,
        partial(_end, pk),
        _("The tag has ended."),
        "stop",
        bool,
    )
    return answer(request, person, step, person.name, _home(person), MANAGE_CARE)


@login_required
@never_cache
@require_http_methods(_METHODS)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the purpose, then show a person's sensitive tags once."""
    person = person_for(request.user, pk)
    actor = staff_actor(request)
    if request.method != "POST":
        require_at(actor, SENSITIVE, person)
    form = LookForm(request.POST or None)
    rows = None
    if request.method == "POST" and form.is_valid():
        try:
            tags = tags_show(actor=actor, person_id=pk, purpose=form.cleaned_data["purpose"])
        except Invalid as error:
            form.add_error("purpose", error.message)
        else:
            rows = shown_rows(tags)
    context = {"person": person, "form": form, "rows": rows}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "residents/tags_show.html", context, status=status)


@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Count the people with each kind of tag in the user's area. Source: R-244."""
    require_view(request)
    kinds = kinds_for(request.user)
    counts = tag_counts(request.user, kinds)
    due = reviews_for(request.user).filter(review_on__lte=clock.today())
    context = {
        "rows": [(kind, count_words(counts[kind.code].total)) for kind in kinds],
        "due": due.count(),
    }
    return render(request, "residents/care.html", context)


@login_required
@require_safe
def kind(request: HttpRequest, code: str) -> HttpResponse:
    """Count one kind by community and, where it is not sensitive, list who has it."""
    require_view(request)
    wanted: CareTagKind | None = next((each for each in kinds_for(request.user) if each.code == code), None)
    if wanted is None:
        raise Http404
    counts = tag_counts(request.user, [wanted])[code]
    communities = communities_by_id(counts.by_community)
    found = narrowed(tagged_people(request.user, wanted), request)
    found = found.select_related(
        "community", "household__dwelling", "household__building", "household__community"
    )
    page = paginate(found, order=("id",), cursor=request.GET.get(CURSOR, ""), size=PAGE_SIZE)
    context = {
        **narrowing(request),
        "kind": wanted,
        "counts": [(community, count_words(counts.by_community[community.pk])) for community in communities],
        "number": count_words(counts.total),
        "rows": page.rows,
        **counted(found),
        **page_links(page, request.GET),
    }
    return render(request, "residents/care_kind.html", context)


@login_required
@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """List the tags by the day of their review, those that are due first."""
    require_view(request)
    today = clock.today()
    everything = request.GET.get("show") == "all"
    found = reviews_for(request.user)
    if not everything:
        found = found.filter(review_on__lte=today)
    page = paginate(found, order=("review_on", "id"), cursor=request.GET.get(CURSOR, ""), size=PAGE_SIZE)
    context = {
        "rows": tag_rows(page.rows, CareTagKind.objects.in_bulk(field_name="code")),
        "today": today,
        "chips": [
            Chip(link(request.GET, show=None), _("Due"), not everything),
            Chip(link(request.GET, show="all"), _("All"), everything),
        ],
        **page_links(page, request.GET),
    }
    return render(request, "residents/care_reviews.html", context)


def _tag(request: HttpRequest, pk: int) -> PersonTag:
    tags = PersonTag.objects.visible_to(request.user).open().select_related("person")
    found: PersonTag | None = tags.filter(pk=pk).first()
    if found is None:
        raise Missing("tag_missing", NOT_YOURS)
    return found


def _home(person: Person) -> str:
    return reverse("residents:person", args=[person.pk])
