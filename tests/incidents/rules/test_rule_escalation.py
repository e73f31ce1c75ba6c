"""The ladder: one existing level at a time, supervised where no step is left."""

from itertools import combinations, product

import pytest

from incidents.rules.escalation import EscalationInput, Ladder, Ladders, next_step, supervision_reasons
from incidents.rules.vocabulary import ClockKind, Colour, Level, State, Trigger

ALL = frozenset(Level)
USUAL = Ladders()
G, C, S, D, Y = Level


def facts(level, **changes):
    values = {
        "level": level,
        "colour": Colour.YELLOW,
        "trigger": Trigger.TIME,
        "clock_kind": ClockKind.RESOLVE,
        "has_lead_department": True,
        "exists": ALL,
    }
    return EscalationInput(**(values | changes))


@pytest.mark.parametrize(("level", "above"), [(G, C), (C, S), (S, D), (D, Y)])
def test_each_level_goes_up_one(level, above):
    step = next_step(facts(level), USUAL)
    assert (step.to_level, step.supervised, step.told) == (above, False, (level, above))
    assert [each.code for each in step.reasons] == ["clock_ran_out", "raised_one_level"]


def test_at_the_top_it_stays_and_is_supervised():
    step = next_step(facts(Y), USUAL)
    assert (step.to_level, step.supervised, step.told) == (Y, True, (Y,))
    assert [each.code for each in step.reasons] == ["clock_ran_out", "top_reached"]


SUBSETS = [frozenset(some) for size in range(1, 6) for some in combinations(Level, size)]


@pytest.mark.parametrize(("exists", "lead"), list(product(SUBSETS, [True, False])))
def test_levels_that_do_not_exist_are_skipped(exists, lead):
    order = list(Level)
    for level in exists:
        higher = [
            each
            for each in order[order.index(level) + 1 :]
            if each in exists and (lead or each is not Level.DEPARTMENT)
        ]
        step = next_step(facts(level, exists=exists, has_lead_department=lead), USUAL)
        assert step.supervised is (not higher)
        assert step.to_level is (higher[0] if higher else level)
        skipped = [each.params["levels"] for each in step.reasons if each.code == "levels_skipped"]
        if higher:
            gap = order[order.index(level) + 1 : order.index(higher[0])]
            assert skipped == ([",".join(gap)] if gap else [])


def test_by_hand_says_so():
    step = next_step(facts(G, trigger=Trigger.HAND, clock_kind=None), USUAL)
    assert step.reasons[0].code == "raised_by_hand"
    assert step.to_level is C


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"state": State.WHISTLED}, "whistle_keeps_owner"),
        (
            {"state": State.RECTIFYING, "whistled": True, "clock_kind": ClockKind.RECTIFY},
            "whistle_keeps_owner",
        ),
        ({"state": State.WHISTLED, "whistled": True, "clock_kind": ClockKind.ARRIVE}, "answer_overdue"),
        ({"state": State.WHISTLED, "whistled": True, "clock_kind": ClockKind.REPORT}, "answer_overdue"),
    ],
)
def test_under_a_whistle_the_street_keeps_it_and_the_next_level_is_told(changes, code):
    step = next_step(facts(S, **changes), USUAL)
    assert (step.to_level, step.supervised, step.told) == (S, True, (S, D))
    assert step.reasons[1].code == code


def test_rework_without_a_whistle_goes_up():
    step = next_step(facts(G, state=State.RECTIFYING, clock_kind=ClockKind.RECTIFY), USUAL)
    assert (step.to_level, step.supervised) == (C, False)


def test_a_colour_may_have_its_own_ladder_and_levels_that_are_always_told():
    ladders = Ladders(by_colour={Colour.RED: Ladder(rungs=(G, S, Y), told=(Y,))})
    red = next_step(facts(G, colour=Colour.RED), ladders)
    assert (red.to_level, red.told) == (S, (G, S, Y))
    assert next_step(facts(G), ladders).to_level is C
    off_the_ladder = next_step(facts(C, colour=Colour.RED), ladders)
    assert off_the_ladder.to_level is S


@pytest.mark.parametrize("rungs", [(), (G, C, G)])
def test_a_ladder_needs_rungs_each_once(rungs):
    with pytest.raises(ValueError, match="rungs"):
        Ladder(rungs=rungs)


@pytest.mark.parametrize(
    ("reassigned", "dissatisfied", "codes"),
    [
        (0, 0, []),
        (1, 1, []),
        (2, 0, ["supervised_reassigned"]),
        (0, 2, ["supervised_dissatisfied"]),
        (5, 3, ["supervised_reassigned", "supervised_dissatisfied"]),
    ],
)
def test_supervision_without_a_clock(reassigned, dissatisfied, codes):
    found = supervision_reasons(reassigned=reassigned, dissatisfied=dissatisfied)
    assert [each.code for each in found] == codes
