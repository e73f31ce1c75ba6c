"""Which limit a clock of an incident gets: the category's own, or the colour's."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from incidents.rules.durations import Limit
from incidents.rules.reasons import Reason, reason
from incidents.rules.vocabulary import ClockKind, Colour, WhistleKind


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitInput:
    """An incident's colour beside its category's default colour, and the category's own limits by clock."""

    colour: Colour
    default_colour: Colour
    own: Mapping[ClockKind, Limit] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChosenLimit:
    """A limit and why it is this one."""

    limit: Limit
    reason: Reason


ColourLimits = Mapping[Colour, Mapping[ClockKind, Limit]]
WhistleLimits = Mapping[WhistleKind, Mapping[ClockKind, Limit]]


def choose_limit(clock: ClockKind, facts: LimitInput, by_colour: ColourLimits) -> ChosenLimit | None:
    """Return the limit of one clock, or None when nothing limits it. Source: R-33.

    The category's own limit stands, unless the colour was raised above the category's default: then the
    colour's limit does, because the category's was made for the calmer case.
    """
    own = facts.own.get(clock)
    of_colour = by_colour.get(facts.colour, {}).get(clock)
    raised = facts.colour.outranks(facts.default_colour)
    if own is not None and not (raised and of_colour is not None):
        return ChosenLimit(own, reason("limit_of_category", clock=clock.value, limit=str(own)))
    if of_colour is None:
        return None
    why = reason("limit_of_colour", clock=clock.value, colour=facts.colour.value, limit=str(of_colour))
    return ChosenLimit(of_colour, why)
