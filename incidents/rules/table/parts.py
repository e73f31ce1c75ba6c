"""What many rows share: rights that recur and the ways of writing clock effects."""

from incidents.rules.permissions import COMMENT
from incidents.rules.vocabulary import ClockKind, Party
from incidents.rules.workflow_types import ClockEffects, Right

ALL_CLOCKS = frozenset(ClockKind)
REPORTER = Right(Party.REPORTER)
SYSTEM = Right(Party.SYSTEM)
STAFF_COMMENT = tuple(
    Right(party, COMMENT, ("text",)) for party in Party if party not in (Party.REPORTER, Party.SYSTEM)
)


def stop(*kinds: ClockKind) -> ClockEffects:
    """Return effects that only stop clocks."""
    return ClockEffects(stop=frozenset(kinds))


def effects(stopped: frozenset[ClockKind], *started: ClockKind) -> ClockEffects:
    """Return effects that stop some clocks and start others."""
    return ClockEffects(stop=stopped, start=frozenset(started))


# What a unit that receives the work has to keep; contact, arrival and report only where a limit is set.
FIRST_CLOCKS = (ClockKind.SIGN, ClockKind.CONTACT, ClockKind.ARRIVE, ClockKind.REPORT, ClockKind.RESOLVE)
HAND_OVER = effects(frozenset({ClockKind.SIGN, ClockKind.RECTIFY}), ClockKind.SIGN, ClockKind.RESOLVE)
