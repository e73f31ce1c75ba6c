"""The one error type of the domain: a stable code, a translated message, the field and the cure.

Mapped once to HTML (core.middleware), to the API (core.api) and to the admin (core.admin); services raise
nothing else for what a person can mend.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import ClassVar

from django.utils.functional import Promise

Text = str | Promise


class DomainError(Exception):
    """A refusal that a person can understand; `code` is stable, `message` is for reading."""

    status: ClassVar[HTTPStatus] = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(
        self,
        code: str,
        message: Text,
        *,
        field: str | None = None,
        params: Mapping[str, object] | None = None,
    ) -> None:
        """Keep the parts; `params` fill the message's %(name)s places when it is shown."""
        super().__init__(code)
        self.code = code
        self.field = field
        self.params = dict(params or {})
        self._message = message

    @property
    def message(self) -> str:
        """Return the message in the language active now."""
        text = str(self._message)
        return text % self.params if self.params else text

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class Invalid(DomainError):
    """What was given cannot be accepted; names the field and how to mend it."""


class Denied(DomainError):
    """The person sees the object but may not do this to it."""

    status = HTTPStatus.FORBIDDEN


class Missing(DomainError):
    """No such object within what the person may see."""

    status = HTTPStatus.NOT_FOUND


class Conflict(DomainError):
    """Someone else was first, or the object is no longer in the state the person saw."""

    status = HTTPStatus.CONFLICT


class TooMany(DomainError):
    """The caller asks too often."""

    status = HTTPStatus.TOO_MANY_REQUESTS
