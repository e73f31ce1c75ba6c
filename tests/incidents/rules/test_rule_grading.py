"""Colours: the four fields, the category's default, and everything that raises it."""

from itertools import product

import pytest

from incidents.rules.grading import GradingInput, RaisingCondition, grade, mentions, people_in, quadrant
from incidents.rules.vocabulary import Colour, Importance, Urgency

RED, ORANGE, YELLOW, BLUE = Colour
HIGH, LOW = Importance.HIGH, Importance.LOW
NOW, LATER = Urgency.HIGH, Urgency.LOW


@pytest.mark.parametrize(
    ("importance", "urgency", "colour"),
    [(HIGH, NOW, RED), (LOW, NOW, ORANGE), (HIGH, LATER, YELLOW), (LOW, LATER, BLUE)],
)
def test_quadrant(importance, urgency, colour):
    assert quadrant(importance, urgency) is colour


def test_ranks_put_red_first():
    assert [colour.rank for colour in (RED, ORANGE, YELLOW, BLUE)] == [1, 2, 3, 4]
    assert RED.outranks(ORANGE)
    assert not BLUE.outranks(BLUE)
    assert not BLUE.outranks(YELLOW)


@pytest.mark.parametrize(("default", "importance", "urgency"), list(product(Colour, Importance, Urgency)))
def test_a_judgement_raises_and_never_lowers(default, importance, urgency):
    outcome = grade(
        GradingInput(category="x", default_colour=default, importance=importance, urgency=urgency), []
    )
    judged = quadrant(importance, urgency)
    assert outcome.colour is (judged if judged.outranks(default) else default)
    assert outcome.raised_from is (default if judged.outranks(default) else None)
    assert [each.code for each in outcome.reasons] == ["category_default", "judged"]


@pytest.mark.parametrize(("importance", "urgency"), [(HIGH, None), (None, NOW), (None, None)])
def test_half_a_judgement_is_none(importance, urgency):
    facts = GradingInput(category="x", default_colour=BLUE, importance=importance, urgency=urgency)
    assert grade(facts, []).colour is BLUE


FALL = RaisingCondition(code="fall", raise_to=RED, categories=frozenset({"0107"}), keywords=("坠落",))
HURT = RaisingCondition(code="hurt", raise_to=RED, casualties=True)
CROWD = RaisingCondition(code="crowd", raise_to=ORANGE, people_at_least=10)
DANGER = RaisingCondition(code="danger", raise_to=RED, flags=frozenset({"danger"}))


def graded(conditions, default=BLUE, category="0107", **facts):
    return grade(GradingInput(category=category, default_colour=default, **facts), conditions)


@pytest.mark.parametrize(
    ("facts", "colour", "codes"),
    [
        ({}, BLUE, []),
        ({"text": "广告牌有坠落危险"}, RED, ["raised_by_words"]),
        ({"text": "广告牌坠落", "category": "0101"}, BLUE, []),
        ({"text": "没有坠落危险"}, BLUE, []),
        ({"casualties": 1}, RED, ["raised_by_casualties"]),
        ({"people_count": 9}, BLUE, []),
        ({"people_count": 10}, ORANGE, ["raised_by_people"]),
        ({"text": "拖欠12名工人工资"}, ORANGE, ["raised_by_people"]),
        ({"text": "拖欠12名工人工资", "people_count": 3}, BLUE, []),
        ({"flags": frozenset({"danger", "other"})}, RED, ["raised_by_flag"]),
        ({"flags": frozenset({"other"})}, BLUE, []),
        ({"people_count": 50, "casualties": 2}, RED, ["raised_by_casualties", "raised_by_people"]),
    ],
)
def test_each_sign_raises_and_every_reason_is_listed(facts, colour, codes):
    outcome = graded([FALL, HURT, CROWD, DANGER], **facts)
    assert outcome.colour is colour
    assert [each.code for each in outcome.reasons[1:]] == codes
    assert outcome.raised_from is (BLUE if codes else None)


def test_a_condition_below_the_default_does_not_lower_it():
    outcome = graded([CROWD], default=RED, people_count=99)
    assert outcome.colour is RED
    assert outcome.raised_from is None


def test_a_reason_names_the_word_the_number_and_the_colour():
    outcome = graded([FALL, CROWD], text="坠落，约三十多人围观")
    assert outcome.reasons[1].params == {"word": "坠落", "colour": "red"}
    assert outcome.reasons[2].params == {"people": 30, "least": 10, "colour": "orange"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("路面塌陷", True),
        ("没有塌陷", False),
        ("无塌陷", False),
        ("未发生塌陷", False),
        ("没有明显塌陷", False),
        ("没有塌陷，但昨晚又塌陷了", True),
        ("没有及时处理，路面已塌陷", True),
        ("未及时维修导致塌陷", True),
        ("塌", False),
        ("", False),
    ],
)
def test_a_denied_word_is_not_said(text, said):
    assert mentions(text, "塌陷") is said


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("", 0),
        ("12人", 12),
        ("拖欠15名工人工资", 15),
        ("共有23位居民和5个孩子", 23),
        ("三十多人", 30),
        ("十人", 10),
        ("二十三名员工", 23),
        ("一百二十余人", 120),
        ("两千人", 2000),
        ("第3人民医院", 0),
        ("3号楼12层", 0),
        ("工人没有拿到工资", 0),
    ],
)
def test_people_in_a_text(text, people):
    assert people_in(text) == people


def test_full_width_digits_count_as_digits():
    assert graded([CROWD], text="拖欠１２名工人工资").colour is ORANGE


@pytest.mark.parametrize("text", ["😀" * 100_000, "没" * 100_000, "12" * 50_000, "一" * 100_000, "\x00<b>坠"])
def test_long_and_odd_texts_are_only_text(text):
    assert graded([FALL, HURT, CROWD], text=text).colour is BLUE


def test_a_condition_needs_a_sign():
    with pytest.raises(ValueError, match="no sign"):
        RaisingCondition(code="empty", raise_to=RED)
    with pytest.raises(ValueError, match="one person"):
        RaisingCondition(code="zero", raise_to=RED, people_at_least=0)
