"""The only source of time, so that a month can be simulated and a limit can run out in a test."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

_frozen: ContextVar[datetime | None] = ContextVar("frozen_time", default=None)


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    frozen = _frozen.get()
    if frozen is not None:
        return frozen
    return timezone.now() + _offset()


def today() -> date:
    """Return today's date in the city's time zone."""
    return timezone.localdate(now())


@contextmanager
def frozen_at(moment: datetime) -> Iterator[None]:
    """Let `now()` return the aware moment inside the block, in this context only."""
    token = _frozen.set(moment)
    try:
        yield
    finally:
        _frozen.reset(token)


def _offset() -> timedelta:
    # Simulations and browser tests move the clock of several processes at once through this file;
    # production never sets it (system check gridgov.E005).
    if not settings.CLOCK_OFFSET_FILE:
        return timedelta(0)
    try:
        return timedelta(seconds=float(Path(settings.CLOCK_OFFSET_FILE).read_text()))
    except (FileNotFoundError, ValueError):
        return timedelta(0)
