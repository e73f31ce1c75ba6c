"""The API half of the one mapping of core.errors: status, stable code, message, field; careful reading."""

from collections.abc import Mapping
from typing import IO, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import APIException, ErrorDetail, ParseError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler as default_handler

from core.errors import DomainError, Invalid

IDEMPOTENCY_HEADER = "Idempotency-Key"


class ErrorSerializer(serializers.Serializer[Any]):
    """A refusal: a stable code, a sentence for people, and the field it is about, if any."""

    code = serializers.CharField()
    message = serializers.CharField()
    field = serializers.CharField(allow_null=True)


class CarefulJSONParser(JSONParser):
    """Reads JSON; one nested beyond all sense is an error of the caller, not ours."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return what the body holds; raises ParseError."""
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError(_("This JSON is nested too deeply.")) from error


def idempotency_key(request: Request) -> UUID | None:
    """Return the caller's own key of what they send; raises Invalid("idempotency_key_invalid")."""
    given = request.headers.get(IDEMPOTENCY_HEADER, "")
    try:
        return UUID(given) if given else None
    except ValueError as error:
        raise Invalid(
            "idempotency_key_invalid", _("The Idempotency-Key must be a UUID."), field=IDEMPOTENCY_HEADER
        ) from error


def exception_handler(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Return every refusal as {"code", "message", "field"} with its status, the framework's own included."""
    if isinstance(exception, DomainError):
        body = {"code": exception.code, "message": exception.message, "field": exception.field}
        return Response(body, status=exception.status)
    response = default_handler(exception, context)
    if response is not None and isinstance(exception, APIException):
        field, detail = _first(exception.detail, None)
        response.data = {"code": detail.code or "error", "message": str(detail), "field": field}
    return response


def _first(detail: Any, field: str | None) -> tuple[str | None, ErrorDetail]:
    """Return the first message of nested details with the field it belongs to."""
    if isinstance(detail, dict) and detail:
        name, inner = next(iter(detail.items()))
        return _first(inner, None if name == "non_field_errors" else str(name))
    if isinstance(detail, list) and detail:
        return _first(detail[0], field)
    return field, detail if isinstance(detail, ErrorDetail) else ErrorDetail(str(detail))
