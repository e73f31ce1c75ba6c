"""Turns what views let through into pages, and keeps what signed-in people saw out of caches."""

from collections.abc import Callable

from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme

from core import clock
from core.errors import DomainError

_PROLONGED, _PROLONG_EVERY = "prolonged_at", 60  # seconds
_PAGES = ("text/html", "application/json")


class DomainErrorMiddleware:
    """Shows a DomainError that a view let through as a page with its status, message and a way back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; errors come back through process_exception."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Render the page of the error's status, or leave other exceptions alone."""
        # PostgreSQL takes no NUL in a text, wherever in a request it hides; nobody types one.
        if isinstance(exception, DataError) and "NUL" in str(exception):
            return render(request, "errors/400.html", status=400)
        if not isinstance(exception, DomainError):
            return None
        context = {"error": exception, "back_url": _way_back(request)}
        return render(request, "errors/domain.html", context, status=exception.status)


class IdleSessionMiddleware:
    """Lets a session end after its age without a request: whoever works on has it prolonged once a minute.

    Saving it with every request would cost each page a transaction and its write to disk.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Have the session saved, and its cookie sent again, where the last time is a minute ago."""
        response = self.get_response(request)
        session = request.session
        in_use = session.accessed and not session.is_empty()
        if in_use and abs(_now() - session.get(_PROLONGED, 0)) >= _PROLONG_EVERY:
            session[_PROLONGED] = _now()
        return response


def begin_session(request: HttpRequest, **_given: object) -> None:
    """Note when a session was begun by a login, which saves it anyway."""
    request.session[_PROLONGED] = _now()


def _now() -> int:
    return int(clock.now().timestamp())


class PrivatePagesMiddleware:
    """Tells browsers not to keep a signed-in person's pages: computers in offices are shared."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Mark pages and data, unless the view has said itself how long they may be kept."""
        response = self.get_response(request)
        is_page = response.headers.get("Content-Type", "").startswith(_PAGES)
        if is_page and "Cache-Control" not in response.headers and request.user.is_authenticated:
            patch_cache_control(response, private=True, no_store=True)
        return response


def _way_back(request: HttpRequest) -> str:
    """Return the page the person came from where it is one of ours: another site must not lend its link."""
    referer = request.headers.get("referer", "")
    is_ours = url_has_allowed_host_and_scheme(
        referer, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return referer if is_ours else ""
