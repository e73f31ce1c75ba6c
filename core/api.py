"""The API half of the one mapping of core.errors: status, stable code, message, field."""

from typing import Any

from rest_framework.response import Response
from rest_framework.views import exception_handler as default_handler

from core.errors import DomainError


def exception_handler(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Return a DomainError as {"code", "message", "field"} with its status; leave the rest to DRF."""
    if isinstance(exception, DomainError):
        body = {"code": exception.code, "message": exception.message, "field": exception.field}
        return Response(body, status=exception.status)
    return default_handler(exception, context)
