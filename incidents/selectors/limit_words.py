"""Limits in the words people read, instead of the short form staff type."""

from decimal import Decimal

from django.utils.translation import ngettext

from incidents.rules.durations import LimitError, parse_limit
from incidents.rules.vocabulary import Unit


def limit_words(written: str) -> str:
    """Return a written limit in words; what cannot be read as a limit stays as it is."""
    try:
        limit = parse_limit(written)
    except LimitError:
        return written
    if limit.unit is Unit.HOURS and limit.minutes % 60:
        return _worded("minutes", Decimal(limit.minutes))
    return _worded(limit.unit, limit.amount)


def _worded(unit: str, amount: Decimal) -> str:
    """Return the amount with its unit; each sentence stands here once, so that it can be translated."""
    count = int(amount) if amount == amount.to_integral_value() else 2
    sentences = {
        "minutes": ngettext("%(amount)s minute", "%(amount)s minutes", count),
        Unit.HOURS: ngettext("%(amount)s hour", "%(amount)s hours", count),
        Unit.WORKING_HOURS: ngettext("%(amount)s working hour", "%(amount)s working hours", count),
        Unit.WORKING_DAYS: ngettext("%(amount)s working day", "%(amount)s working days", count),
        Unit.CALENDAR_DAYS: ngettext("%(amount)s day", "%(amount)s days", count),
    }
    return sentences[unit] % {"amount": f"{amount.normalize():f}"}
