"""Quiet hours: when they end, also past midnight, and that red never waits."""

from datetime import datetime, time

import pytest

from incidents.rules.calendar import SHANGHAI, WorkCalendar
from incidents.rules.calendars import nearest
from incidents.rules.quiet import QuietSpan, held_until
from incidents.rules.vocabulary import Colour

NIGHT = QuietSpan(time(22), time(7))
NOON = QuietSpan(time(12), time(14))


def at(text):
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("span", "moment", "end"),
    [
        (NIGHT, "03-02 21:59", None),
        (NIGHT, "03-02 22:00", "03-03 07:00"),
        (NIGHT, "03-03 00:00", "03-03 07:00"),
        (NIGHT, "03-03 06:59", "03-03 07:00"),
        (NIGHT, "03-03 07:00", None),
        (NIGHT, "03-03 12:00", None),
        (NIGHT, "12-30 23:00", "12-31 07:00"),
        (NOON, "03-02 11:59", None),
        (NOON, "03-02 12:00", "03-02 14:00"),
        (NOON, "03-02 14:00", None),
    ],
)
def test_quiet_hours_end(span, moment, end):
    assert span.end_after(at(moment)) == (None if end is None else at(end))


@pytest.mark.parametrize("colour", list(Colour))
def test_only_red_never_waits(colour):
    held = held_until(colour, NIGHT, at("03-03 02:00"))
    assert held == (None if colour is Colour.RED else at("03-03 07:00"))
    assert held_until(colour, None, at("03-03 02:00")) is None
    assert held_until(colour, NIGHT, at("03-03 12:00")) is None


def test_hours_without_length_are_refused():
    with pytest.raises(ValueError, match="length"):
        QuietSpan(time(7), time(7))


def test_the_nearest_unit_above_decides():
    city, street, community, other = 1, 2, 3, 4
    parents = {city: None, street: city, community: street, other: city}
    first, second = WorkCalendar(), WorkCalendar()
    assert nearest(parents, {}) == {}
    assert nearest(parents, {street: first}) == {street: first, community: first}
    assert nearest(parents, {city: first, community: second}) == {
        city: first,
        street: first,
        other: first,
        community: second,
    }
