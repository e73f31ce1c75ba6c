"""How often something may be done within a time: counters in the cache, shared by all web processes.

A counter that cannot be reached lets everyone through and says so in the log: a resident's report matters
more than the limit.

What is counted is never written down: only a mark of 20 bits, made with a salt that is drawn by chance and
gone after a day. One mark fits four thousand network addresses, so that nobody, whatever they get hold of,
can say from which one a report came. Source: R-109.
"""

import secrets
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from core.crypto import fingerprint
from core.errors import TooMany

logger = structlog.get_logger(__name__)
_SALT = "rate-salt"
_SALT_KEPT_SECONDS = 24 * 3600
_MARK_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `times` within `seconds`, counted from the first; `name` keeps kinds apart."""

    name: str
    times: int
    seconds: int


def spend(rate: Rate, key: str) -> None:
    """Count one for the key; raises TooMany("too_many") beyond the rate."""
    try:
        count = _count(f"rate:{rate.name}:{_mark(key)}", rate.seconds)
    except (RedisError, OSError):
        logger.warning("rate_not_counted", rate=rate.name, exc_info=True)
        return
    if count > rate.times:
        logger.info("rate_exceeded", rate=rate.name)
        raise TooMany(
            "too_many",
            _("This has been done too often in a short time. Please wait %(minutes)d minutes and try again."),
            params={"minutes": -(-rate.seconds // 60)},
        )


def address_of(request: HttpRequest) -> str:
    """Return the caller's network address: behind our own proxy the last one it forwarded, which it wrote."""
    forwarded = request.headers.get("x-forwarded-for", "") if settings.BEHIND_PROXY else ""
    return forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", "")


def _mark(key: str) -> str:
    """Return what stands for the key today; two keys in a million share a mark, and then a counter."""
    salt = cache.get_or_set(_SALT, lambda: secrets.token_hex(16), timeout=_SALT_KEPT_SECONDS)
    return fingerprint(f"{salt}:{key}", purpose="rate")[:_MARK_DIGITS]


def _count(counter: str, seconds: int) -> int:
    cache.add(counter, 0, timeout=seconds)
    try:
        return cache.incr(counter)
    except ValueError:  # it ran out between the two calls
        cache.set(counter, 1, timeout=seconds)
        return 1
