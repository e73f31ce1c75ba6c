"""Lots nobody can foresee: keyed by the installation's secret, or by a seed while a city is simulated."""

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings

_key: ContextVar[str | None] = ContextVar("key_of_lots", default=None)


def lot(text: str) -> int:
    """Return a number from 0 to 99, always the same for the same text and key."""
    key = _key.get() or settings.SECRET_KEY
    return int.from_bytes(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()[:4]) % 100


@contextmanager
def keyed_by(key: str) -> Iterator[None]:
    """Let lots follow from the key inside the block, in this context only."""
    token = _key.set(key)
    try:
        yield
    finally:
        _key.reset(token)
