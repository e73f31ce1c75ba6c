"""/suggest/… — what fits the letters typed so far, as the lines of a list."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.errors import Denied
from core.suggestions import Suggestion
from incidents.rules.workflow import FILE
from incidents.selectors.suggest import suggest_categories, suggest_places
from organizations.requests import signed_in_fragment
from organizations.scopes import scope_of


@signed_in_fragment
@require_GET
def categories(request: HttpRequest) -> HttpResponse:
    """List the categories that fit."""
    return _lines(request, suggest_categories(_words(request)))


@signed_in_fragment
@require_GET
def places(request: HttpRequest) -> HttpResponse:
    """List the places of the person's area that fit."""
    return _lines(request, suggest_places(request.user, _words(request)))


def _words(request: HttpRequest) -> str:
    if FILE not in scope_of(request.user).permissions:
        raise Denied("permission_missing", _("Your role does not include this step."))
    return request.GET.get("q", "")


def _lines(request: HttpRequest, found: Sequence[Suggestion]) -> HttpResponse:
    return render(request, "components/combo_options.html", {"found": found})
