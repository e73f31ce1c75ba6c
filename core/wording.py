"""Spans of time in the words people read; knows nothing of templates, requests or rules."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
# A second unit helps only while the first is small: "1 day 3 hours", but "12 days".
_SECOND_UNIT_BELOW = 3


def span_words(span: timedelta) -> str:
    """Return a span, whatever its sign, in one or two whole units, rounded down to the minute."""
    seconds = int(abs(span).total_seconds())
    days, rest = divmod(seconds, _DAY)
    hours, rest = divmod(rest, _HOUR)
    minutes = rest // _MINUTE
    if days:
        small = hours if days < _SECOND_UNIT_BELOW else 0
        return _joined(_days(days), _hours(small) if small else "")
    if hours:
        small = minutes if hours < _SECOND_UNIT_BELOW else 0
        return _joined(_hours(hours), _minutes(small) if small else "")
    if minutes:
        return _minutes(minutes)
    return _("less than a minute")


def time_left_words(due_at: datetime, now: datetime) -> str:
    """Return how long there is until the limit, or by how much it has been passed."""
    span = span_words(due_at - now)
    if now >= due_at:
        return _("%(span)s over the limit") % {"span": span}
    return _("%(span)s left") % {"span": span}


def relative_words(moment: datetime, now: datetime) -> str:
    """Return how far a moment lies in the past or in the future."""
    if abs(moment - now) < timedelta(minutes=1):
        return _("just now")
    span = span_words(moment - now)
    if moment < now:
        return _("%(span)s ago") % {"span": span}
    return _("in %(span)s") % {"span": span}


def _joined(large: str, small: str) -> str:
    return f"{large} {small}" if small else large


def _days(count: int) -> str:
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def _hours(count: int) -> str:
    return ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}


def _minutes(count: int) -> str:
    return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}
