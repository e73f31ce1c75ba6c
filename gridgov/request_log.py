"""The line of the log that each request leaves: enough to follow a fault, nothing that leads to residents."""

import structlog
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware

from core.rates import address_of


class RequestLogMiddleware(RequestMiddleware):
    """Logs path and answer; the network address only of signed-in people, whose looks must be traceable."""

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        """Leave the address out for everyone without an account: a report may be anonymous."""
        if request.user.is_authenticated:
            structlog.contextvars.bind_contextvars(ip=address_of(request))

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Leave the query out: people search for names and send positions in it."""
        return f"{request.method} {request.path}"
