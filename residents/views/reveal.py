"""/residents/people/<id>/reveal/ — a person's numbers in the clear, once, for a purpose that is recorded."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from core.errors import Invalid
from organizations.requests import back_url, staff_actor
from residents.forms.reveal import NumbersForm
from residents.services.reveal import person_reveal, reveal_allowed


@login_required
@never_cache
@sensitive_variables("context")
@require_http_methods(["GET", "HEAD", "POST"])
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask which numbers and what for, then show them; nothing of it is kept in the address or a cache."""
    actor = staff_actor(request)
    person = reveal_allowed(actor=actor, person_id=pk)
    form = NumbersForm(request.POST or None)
    context = {"person": person, "form": form, "back": back_url(request)}
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            context["revealed"] = person_reveal(
                actor=actor,
                person_id=pk,
                fields=given["fields_wanted"],
                purpose=given["purpose"],
                words=given["words"],
            )
        except Invalid as error:
            form.add_error("words", error.message)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "residents/reveal.html", context, status=status)
