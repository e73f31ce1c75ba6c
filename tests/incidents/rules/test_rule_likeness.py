"""How alike two reports are: every kind of nearness, every boundary, and what never makes a pair."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from incidents.rules.likeness import ENOUGH, Likeable, likeness, similarity

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
DEGREE = 111_195  # metres of one degree of latitude on the sphere that is used


def report(**values):
    known = {
        "category": "0101",
        "group": "市容环境",
        "category_name": "暴露垃圾",
        "text": "东门垃圾堆放三天",
        "at": AT,
        "grid_id": 1,
    }
    return Likeable(**{**known, **values})


def at_metres(metres, **values):
    return report(longitude=120.0, latitude=26.0 + metres / DEGREE, grid_id=None, **values)


def codes(one, other):
    return [why.code for why in likeness(one, other).reasons]


def test_the_same_words_at_the_same_place_are_proposed():
    like = likeness(report(building_id=7), report(building_id=7))
    assert (like.score, like.is_enough) == (100, True)
    assert [why.code for why in like.reasons] == ["like_building", "like_category", "like_hours", "like_text"]


@pytest.mark.parametrize(("metres", "points"), [(0, 40), (50, 40), (51, 30), (200, 30), (201, 15), (500, 15)])
def test_points_by_distance(metres, points):
    far = likeness(at_metres(0, text="甲乙"), at_metres(metres, text="丙丁"))
    assert far.metres == metres
    assert far.score == points + 30 + 15


def test_too_far_is_no_pair_even_in_one_grid_with_the_same_words():
    one, other = at_metres(0), at_metres(501)
    assert likeness(one, other).score == 0
    in_one_grid = report(longitude=120.0, latitude=26.0), report(longitude=120.0, latitude=26.1)
    assert likeness(*in_one_grid).score == 0


@pytest.mark.parametrize(
    ("hours", "code"),
    [(0, "like_hours"), (24, "like_hours"), (25, "like_days"), (168, "like_days"), (169, None)],
)
def test_reasons_by_time_both_ways_round(hours, code):
    one, other = report(), report(at=AT + timedelta(hours=hours))
    for pair in ((one, other), (other, one)):
        told = [each for each in codes(*pair) if each in ("like_hours", "like_days")]
        assert told == ([code] if code else [])


def test_another_kind_needs_alike_words():
    other = {"category": "0302", "group": "公用设施", "category_name": "路灯故障"}
    assert likeness(report(), report(**other, text="路灯不亮已经两周")).score == 0
    assert "like_text" in codes(report(), report(**other))


def test_one_group_counts_less_than_one_category():
    related = report(category="0103", category_name="道路不洁")
    assert "like_group" in codes(report(), related)
    assert likeness(report(), related).score < likeness(report(), report()).score


def test_without_a_common_place_nothing_is_alike():
    assert likeness(report(grid_id=1), report(grid_id=2)).score == 0
    assert likeness(report(grid_id=None), report(grid_id=None)).score == 0


def test_a_pair_scores_the_same_both_ways_round_and_never_above_a_hundred():
    many = [
        report(building_id=building, text=text, longitude=120.0 + step / 10_000, latitude=26.0)
        for building, text, step in product((None, 3), ("东门垃圾", "西门垃圾堆", ""), (0, 3, 30))
    ]
    for one, other in product(many, many):
        there, back = likeness(one, other), likeness(other, one)
        assert there.score == back.score <= 100
        assert there.is_enough == (there.score >= ENOUGH)


def test_similarity_of_words():
    assert similarity("东门垃圾", "东门垃圾") == 1
    assert similarity("东门，垃圾！", "东门垃圾") == 1
    assert similarity("东门垃圾", "路灯不亮") == 0
    assert similarity("", "路灯不亮") == 0
    assert similarity("ABC路", "abc路") == 1
    assert 0 < similarity("东门垃圾堆放", "东门垃圾三天") < 1
