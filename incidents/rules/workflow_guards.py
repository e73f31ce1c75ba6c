"""Conditions of single rows of the workflow table: facts in, None or the reason of a refusal out."""

from incidents.rules.reasons import Reason, reason
from incidents.rules.vocabulary import Level
from incidents.rules.workflow_types import Facts


def only_community_or_above(facts: Facts) -> Reason | None:
    """Refuse to a grid worker what needs the community or a level above it."""
    return reason("level_too_low") if facts.owner_level in (None, Level.GRID) else None


def only_at_street(facts: Facts) -> Reason | None:
    """Refuse what only makes sense while the street owns the incident."""
    return None if facts.owner_level is Level.STREET else reason("not_at_street")


def no_running_whistle(facts: Facts) -> Reason | None:
    """Refuse what would take a whistled incident out of the hands of the street."""
    return reason("under_whistle") if facts.whistled else None


def running_whistle(facts: Facts) -> Reason | None:
    """Refuse an answer to a whistle that nobody has blown."""
    return None if facts.whistled else reason("no_whistle")


def lead_is_done(facts: Facts) -> Reason | None:
    """Refuse to ask the resident before the lead department has reported done."""
    return None if facts.lead_reported_done else reason("lead_not_done")


def a_level_above(facts: Facts) -> Reason | None:
    """Refuse to raise an incident that is at the top."""
    return None if facts.can_rise else reason("nothing_above")


def verify_ran_out(facts: Facts) -> Reason | None:
    """Refuse to close for silence while the resident may still answer."""
    return None if facts.verify_ran_out else reason("verify_still_running")


def reopen_in_time(facts: Facts) -> Reason | None:
    """Refuse to reopen after the time for it."""
    return None if facts.reopen_in_time else reason("reopen_too_late")
