"""Which limit a clock gets."""

import pytest

from incidents.rules.durations import parse_limit
from incidents.rules.limits import LimitInput, choose_limit
from incidents.rules.vocabulary import ClockKind, Colour

BY_COLOUR = {
    Colour.RED: {ClockKind.SIGN: parse_limit("30min"), ClockKind.RESOLVE: parse_limit("24h")},
    Colour.YELLOW: {ClockKind.SIGN: parse_limit("1wd"), ClockKind.RESOLVE: parse_limit("7d")},
}
OWN = {ClockKind.SIGN: parse_limit("2wh")}


@pytest.mark.parametrize(
    ("clock", "colour", "default", "own", "limit", "code"),
    [
        (ClockKind.SIGN, Colour.YELLOW, Colour.YELLOW, OWN, "2wh", "limit_of_category"),
        (ClockKind.RESOLVE, Colour.YELLOW, Colour.YELLOW, OWN, "7d", "limit_of_colour"),
        (ClockKind.SIGN, Colour.YELLOW, Colour.YELLOW, {}, "1wd", "limit_of_colour"),
        (ClockKind.SIGN, Colour.RED, Colour.YELLOW, OWN, "30min", "limit_of_colour"),
        (ClockKind.SIGN, Colour.YELLOW, Colour.RED, OWN, "2wh", "limit_of_category"),
        (ClockKind.SIGN, Colour.ORANGE, Colour.YELLOW, OWN, "2wh", "limit_of_category"),
    ],
)
def test_the_category_decides_unless_the_colour_was_raised(clock, colour, default, own, limit, code):
    chosen = choose_limit(clock, LimitInput(colour=colour, default_colour=default, own=own), BY_COLOUR)
    assert chosen is not None
    assert chosen.limit == parse_limit(limit)
    assert chosen.reason.code == code


def test_a_clock_that_nothing_limits_has_no_limit():
    facts = LimitInput(colour=Colour.BLUE, default_colour=Colour.BLUE, own=OWN)
    assert choose_limit(ClockKind.VERIFY, facts, BY_COLOUR) is None
