"""/residents/search/ — one box for whatever somebody remembers of a person or a dwelling."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import clock
from residents.selectors.file import person_row
from residents.selectors.search import MOST_ROWS, search

LONGEST_QUESTION = 60


@login_required
@never_cache
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Show the people and dwellings that fit, numbers masked; an empty box shows what can be typed."""
    text = request.GET.get("q", "").strip()[:LONGEST_QUESTION]
    found = search(text, request.user)
    today = clock.today()
    context = {
        "text": text,
        "found": found,
        "rows": [person_row(person, today) for person in found.people],
        "most": MOST_ROWS,
        "back": request.get_full_path(),
    }
    return render(request, "residents/search.html", context)
