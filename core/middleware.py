"""Turns domain errors into pages: the HTML half of the one mapping of core.errors."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.errors import DomainError


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
        if not isinstance(exception, DomainError):
            return None
        context = {"error": exception, "back_url": request.headers.get("referer", "")}
        return render(request, "errors/domain.html", context, status=exception.status)
