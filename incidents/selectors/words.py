"""Names of things that have no model field of their own: parties, units of limits, fields of a move."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from incidents.rules.durations import Limit, LimitError, parse_limit
from incidents.rules.vocabulary import Party, Unit

PARTY_NAMES: dict[str, Promise] = {
    Party.REPORTER: _("the reporter"),
    Party.OWNER: _("whoever is handling it"),
    Party.DISPATCHER: _("the dispatching unit"),
    Party.STREET_LEADER: _("the street's leader"),
    Party.STREET_STAFF: _("the street's staff"),
    Party.WHISTLED_DEPARTMENT: _("the called departments"),
    Party.SYSTEM: _("the system"),
}
UNIT_NAMES: dict[str, Promise] = {
    Unit.HOURS: _("hours"),
    Unit.WORKING_HOURS: _("working hours"),
    Unit.WORKING_DAYS: _("working days"),
    Unit.CALENDAR_DAYS: _("days"),
}
FLAG_NAMES: dict[str, Promise] = {"danger": _("people are in danger here")}
FIELD_NAMES: dict[str, Promise] = {
    "category": _("category"),
    "place": _("place"),
    "channel": _("channel"),
    "note": _("note"),
    "reason": _("reason"),
    "cause": _("cause"),
    "difficulty": _("difficulty"),
    "target_unit": _("unit that takes over"),
    "kind": _("kind of whistle"),
    "grounds": _("grounds"),
    "lead_department": _("lead department"),
    "supporting_departments": _("supporting departments"),
    "response_limit": _("response limit"),
    "standard": _("handling standard"),
    "text": _("text"),
}


def limit_words(text: str) -> str:
    """Return a written limit as people say it; one that cannot be read stays as it was written."""
    try:
        limit = parse_limit(text)
    except LimitError:
        return text
    if limit.unit is Unit.HOURS and limit.minutes % 60:
        return ngettext("%(count)s minute", "%(count)s minutes", limit.minutes) % {"count": limit.minutes}
    return _counted(limit, 1 if limit.amount == 1 else 2) % {"count": f"{limit.amount.normalize():f}"}


def _counted(limit: Limit, number: int) -> str:
    if limit.unit is Unit.HOURS:
        return ngettext("%(count)s hour", "%(count)s hours", number)
    if limit.unit is Unit.WORKING_HOURS:
        return ngettext("%(count)s working hour", "%(count)s working hours", number)
    if limit.unit is Unit.WORKING_DAYS:
        return ngettext("%(count)s working day", "%(count)s working days", number)
    return ngettext("%(count)s calendar day", "%(count)s calendar days", number)
