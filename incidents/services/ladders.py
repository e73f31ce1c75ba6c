"""The ladders of escalation now in force."""

from incidents.rules.escalation import Ladders
from incidents.services.rulebook import rulebook


def ladders() -> Ladders:
    """Return the ladder of each colour with its steps; the rulebook's queries. Source: R-35, R-82."""
    return rulebook().ladders
