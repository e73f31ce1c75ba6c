"""The line of the log that each request leaves: enough to follow a fault, nothing that leads to residents."""

from typing import Any

import structlog
from django.dispatch import receiver
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware
from django_structlog.signals import bind_extra_request_metadata

from core.rates import address_of

# The residents' pages; a test compares them with the addresses there are.
RESIDENT_PATHS = ("/report-problem/", "/track/", "/q/", "/verdict/")
# Whoever holds such an address may act by it, so the log names the page and not the address.
_KEYED_PATH = "/verdict/"


class RequestLogMiddleware(RequestMiddleware):
    """Logs path and answer; account and network address only of staff at work, whose looks must be traceable.

    Who is signed in and reports as a resident is a resident. Source: R-109.
    """

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        """Leave the address out for everyone without an account: a report may be anonymous."""
        if not _is_resident(request) and request.user.is_authenticated:
            structlog.contextvars.bind_contextvars(ip=address_of(request))

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        """Leave the account out on the residents' pages."""
        if not _is_resident(request):
            RequestMiddleware.bind_user_id(request)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Leave out the query, where names and positions stand, and an address that is a key by itself."""
        path = f"{_KEYED_PATH}…" if request.path.startswith(_KEYED_PATH) else request.path
        return f"{request.method} {path}"


@receiver(bind_extra_request_metadata)
def leave_browser_out(*, log_kwargs: dict[str, Any], **_other: Any) -> None:
    """Leave out which browser and telephone somebody uses: together with the hour it may well name them."""
    log_kwargs.pop("user_agent", None)


def _is_resident(request: HttpRequest) -> bool:
    return request.path.startswith(RESIDENT_PATHS)
