"""What the pages of staff read from a request: who acts, and the way back to the list they came from."""

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from core.actor import Actor
from organizations.models import User

View = Callable[..., HttpResponse]


def staff_actor(request: HttpRequest) -> Actor:
    """Return the signed-in person as an actor; only for views behind login_required."""
    return Actor.of(staff_user(request))


def staff_user(request: HttpRequest) -> User:
    """Return the signed-in person; only for views behind login_required."""
    return cast("User", request.user)


def signed_in_fragment(view: View) -> View:
    """Answer 401 without a session: a part of a page must not turn into the page to sign in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return HttpResponse(status=401)
        return view(request, *args, **kwargs)

    return guarded


def back_url(request: HttpRequest) -> str:
    """Return the address in `back`, if it is one of ours, else the home page: no page loses their place."""
    wanted = request.POST.get("back") or request.GET.get("back") or ""
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return reverse("work")
