"""/residents/households/<id>/ — the file of one household on one screen, put together from parts.

A part is a template with the function that reads what it shows; a new one is a line in PARTS.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from organizations.requests import back_url
from organizations.scopes import AnyUser
from residents.models import Household
from residents.policies import REGISTER, may
from residents.selectors.care import care_part
from residents.selectors.file import household_for, people_part
from residents.selectors.history import history_part
from residents.selectors.lists import mismatch_part
from residents.selectors.visits import visits_part
from residents.views.steps import HOUSEHOLD_STEPS


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the file; what `read` returns is what the template sees, beside `household`."""

    template: str
    read: Callable[[AnyUser, Household], dict[str, Any]]


PARTS = (
    Part("residents/_file_people.html", people_part),
    Part("residents/_file_care.html", care_part),
    Part("residents/_file_mismatches.html", mismatch_part),
    Part("residents/_file_visits.html", visits_part),
)
HISTORY = Part("residents/_file_history.html", history_part)


@login_required
@never_cache
@require_safe
def household(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the household with all its parts; a look outside what the person sees is a 404."""
    found = household_for(request.user, pk)
    may_register = may(request.user, REGISTER, found)
    frame = {"household": found, "may_register": may_register}
    context = {
        **frame,
        "back": back_url(request) if "back" in request.GET else reverse("residents:households"),
        "steps": [
            (name, step) for name, step in HOUSEHOLD_STEPS.items() if may_register and step.possible(found)
        ],
        "parts": [_drawn(request, part, frame) for part in PARTS],
        "history": _drawn(request, HISTORY, frame),
    }
    return render(request, "residents/household.html", context)


def _drawn(request: HttpRequest, part: Part, frame: dict[str, Any]) -> str:
    return render_to_string(part.template, {**frame, **part.read(request.user, frame["household"])}, request)
