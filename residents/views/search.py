"""/residents/search/ — one box for whatever somebody remembers of a person or a dwelling.

Numbers are sent in the body of the request and answered at once: an address is kept by browsers and proxies.
Words become an address of their own, so that the way back from a file leads to them.
"""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core import clock
from residents.rules.questions import read_question
from residents.selectors.file import person_row
from residents.selectors.search import MOST_ROWS, search

LONGEST_QUESTION = 60


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Show the people and dwellings that fit, numbers masked; an empty box shows what can be typed."""
    given = request.POST if request.method == "POST" else request.GET
    text = given.get("q", "").strip()[:LONGEST_QUESTION]
    is_number = read_question(text).is_number
    here = reverse("residents:search")
    if request.method == "POST" and text and not is_number:
        return redirect(f"{here}?{urlencode({'q': text})}")
    if request.method != "POST" and is_number:
        text = ""
    found = search(text, request.user)
    today = clock.today()
    context = {
        "text": text,
        "found": found,
        "rows": [person_row(person, today) for person in found.people],
        "most": MOST_ROWS,
        "back": here if is_number else request.get_full_path(),
    }
    return render(request, "residents/search.html", context)
