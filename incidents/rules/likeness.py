"""How much two reports look like the same matter: points for place, kind, time and words, with reasons.

Pure: what is known of two reports in, a score out of a hundred with its reasons out. Source: R-140.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt

from incidents.rules.reasons import Reason, reason

# From this score on, one is proposed as the same as the other.
ENOUGH = 60
# Older reports are another occasion of the same trouble, which the report of repeats counts.
WITHIN = timedelta(days=30)
_EARTH_METRES = 6_371_000
# (at most so many metres, points); nearest first.
_DISTANCES = ((50, 40), (200, 30), (500, 15))
_SAME_BUILDING, _SAME_GRID = 40, 20
_SAME_CATEGORY, _SAME_GROUP = 30, 10
# (at most so long apart, points); nearest first.
_TIMES = ((timedelta(hours=24), 15), (timedelta(days=3), 10), (timedelta(days=7), 5))
_WORDS = 20
_WORDS_NOTICED = 0.2
# Two grids may meet in the middle of a heap of rubbish, so that place alone never decides.
_ALIKE_WORDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeable:
    """What is compared of one report; degrees, and the moment it was reported."""

    category: str
    group: str
    category_name: str
    text: str
    at: datetime
    grid_id: int | None = None
    building_id: int | None = None
    longitude: float | None = None
    latitude: float | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two reports are, of a hundred, and why; `metres` where both positions are known."""

    score: int
    reasons: tuple[Reason, ...]
    metres: int | None

    @property
    def is_enough(self) -> bool:
        """Return whether one may be proposed as the same as the other."""
        return self.score >= ENOUGH


def likeness(one: Likeable, other: Likeable) -> Likeness:
    """Return how alike they are; nothing without a common place, or without a common kind or words.

    Source: R-140.
    """
    metres = _metres(one, other)
    place = _place(one, other, metres)
    words = similarity(one.text, other.text)
    kind = _kind(one, other)
    if place is None or (kind is None and words < _ALIKE_WORDS):
        return Likeness(0, (), metres)
    found = [place, kind, _time(one, other), _said(words)]
    parts = [part for part in found if part is not None]
    score = min(100, sum(points for points, _why in parts))
    return Likeness(score, tuple(why for _points, why in parts), metres)


def similarity(one: str, other: str) -> float:
    """Return how many pairs of neighbouring signs two texts share: 0 none, 1 all. Source: R-140."""
    left, right = _pairs(one), _pairs(other)
    if not left or not right:
        return 0.0
    return 2 * len(left & right) / (len(left) + len(right))


def _pairs(text: str) -> frozenset[str]:
    signs = [sign for sign in text.lower() if sign.isalnum()]
    return frozenset(first + second for first, second in pairwise(signs))


def _place(one: Likeable, other: Likeable, metres: int | None) -> tuple[int, Reason] | None:
    if one.building_id is not None and one.building_id == other.building_id:
        return _SAME_BUILDING, reason("like_building")
    if metres is not None:
        # Two positions say more than the grid around them.
        near = next((points for most, points in _DISTANCES if metres <= most), None)
        return None if near is None else (near, reason("like_distance", metres=metres))
    if one.grid_id is not None and one.grid_id == other.grid_id:
        return _SAME_GRID, reason("like_grid")
    return None


def _kind(one: Likeable, other: Likeable) -> tuple[int, Reason] | None:
    if one.category == other.category:
        return _SAME_CATEGORY, reason("like_category", category=other.category_name)
    if one.group == other.group:
        return _SAME_GROUP, reason("like_group", category=other.category_name)
    return None


def _time(one: Likeable, other: Likeable) -> tuple[int, Reason] | None:
    apart = abs(one.at - other.at)
    points = next((points for most, points in _TIMES if apart <= most), None)
    if points is None:
        return None
    if apart <= _TIMES[0][0]:
        return points, reason("like_hours", hours=max(1, -(-apart // timedelta(hours=1))))
    return points, reason("like_days", days=-(-apart // timedelta(days=1)))


def _said(words: float) -> tuple[int, Reason] | None:
    if words < _WORDS_NOTICED:
        return None
    return round(words * _WORDS), reason("like_text", percent=round(words * 100))


def _metres(one: Likeable, other: Likeable) -> int | None:
    if one.longitude is None or one.latitude is None or other.longitude is None or other.latitude is None:
        return None
    north, south = radians(one.latitude), radians(other.latitude)
    east = radians(other.longitude - one.longitude) / 2
    up = (south - north) / 2
    chord = sin(up) ** 2 + cos(north) * cos(south) * sin(east) ** 2
    return round(2 * _EARTH_METRES * asin(sqrt(min(1.0, chord))))
