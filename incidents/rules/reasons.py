"""Reasons as (code, params) pairs, and the English sentence of each code for the user interface.

Params named in VOCABULARY_PARAMS hold vocabulary values (several joined by commas); the interface replaces
them by their translated labels before it formats the sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


def gettext_noop(text: str) -> str:
    """Mark a sentence for translation without translating it, so that this module needs no Django."""
    return text


VOCABULARY_PARAMS: frozenset[str] = frozenset(
    {
        "channel",
        "clock",
        "colour",
        "default_colour",
        "fields",
        "from_level",
        "importance",
        "levels",
        "parties",
        "state",
        "to_level",
        "unit",
        "urgency",
    }
)

WORKFLOW_TEXTS: dict[str, str] = {
    "wrong_state": gettext_noop("This step is not possible while the incident is “%(state)s”."),
    "already_filed": gettext_noop("This incident has already been filed."),
    "not_filed": gettext_noop("This incident has not been filed yet."),
    "not_your_part": gettext_noop("This step is for: %(parties)s."),
    "permission_missing": gettext_noop("Your role does not include this step."),
    "fields_missing": gettext_noop("Please fill in: %(fields)s."),
    "level_too_low": gettext_noop("Only the community or a level above it may decline an incident."),
    "not_at_street": gettext_noop("Only an incident that the street is handling can be whistled."),
    "under_whistle": gettext_noop(
        "The street has blown the whistle on this incident; it stays with the street."
    ),
    "no_whistle": gettext_noop("No whistle is running on this incident."),
    "lead_not_done": gettext_noop("The lead department has not yet reported that it is done."),
    "verify_still_running": gettext_noop("The resident still has time to answer."),
    "reopen_too_late": gettext_noop("The time in which this incident could be reopened is over."),
    "nothing_above": gettext_noop("There is no higher level to raise this incident to."),
}

REASON_TEXTS: dict[str, str] = {**WORKFLOW_TEXTS}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a rule decided as it did; an unknown code is a ValueError at once."""

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.code not in REASON_TEXTS:
            raise ValueError(f"unknown reason code: {self.code}")

    def as_data(self) -> dict[str, object]:
        """Return the JSON form that is stored with a decision."""
        return {"code": self.code, "params": dict(self.params)}


def reason(code: str, **params: str | int) -> Reason:
    """Build a reason from its code and params."""
    return Reason(code, params)
