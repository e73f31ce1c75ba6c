"""Putting stored reasons into words of the language active now."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext, pgettext

from incidents import choices
from incidents.rules.reasons import REASON_TEXTS
from incidents.selectors.limit_words import limit_words
from incidents.selectors.words import FIELD_NAMES, FLAG_NAMES, PARTY_NAMES, UNIT_NAMES

_LABELS: dict[str, Mapping[Any, Any]] = {
    "channel": dict(choices.CHANNELS),
    "channels": dict(choices.CHANNELS),
    "clock": dict(choices.CLOCK_KINDS),
    "colour": dict(choices.COLOURS),
    "colours": dict(choices.COLOURS),
    "default_colour": dict(choices.COLOURS),
    "fields": FIELD_NAMES,
    "flag": FLAG_NAMES,
    "from_level": dict(choices.LEVELS),
    "importance": dict(choices.IMPORTANCES),
    "levels": dict(choices.LEVELS),
    "parties": PARTY_NAMES,
    "state": dict(choices.STATES),
    "to_level": dict(choices.LEVELS),
    "unit": UNIT_NAMES,
    "urgency": dict(choices.URGENCIES),
}


def explain_reasons(reasons: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return one sentence for each {"code", "params"}."""
    return [explain(str(each["code"]), each.get("params", {})) for each in reasons]


def explain(code: str, params: Mapping[str, Any]) -> str:
    """Return the sentence of one reason; a code from a later version reads as itself."""
    text = REASON_TEXTS.get(code)
    if text is None:
        return code
    return gettext(text) % _Words({name: _worded(name, value) for name, value in params.items()})


class _Words(dict[str, str]):
    """The words of a sentence; a reason stored before a word was added still reads."""

    def __missing__(self, name: str) -> str:
        return "…"


def _worded(name: str, value: Any) -> str:
    if name == "limit":
        return limit_words(str(value))
    labels = _LABELS.get(name)
    if labels is None:
        return str(value)
    # Translators: what stands between the items of a list.
    between = pgettext("list", ", ")
    return between.join(str(labels.get(part, part)) for part in str(value).split(",") if part)
