"""Explanations: every rule has its fate, every alternative is what the rules would have decided."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.rules.decision import CaseFacts, RuleBasis, decide, in_category
from incidents.rules.explaining import Fit, explanation_of
from incidents.rules.grading import GradingInput, RaisingCondition
from incidents.rules.routing import CategoryFacts, Rule
from incidents.rules.vocabulary import Channel, Colour, Importance, Level, Urgency

DAY = date(2026, 11, 20)
ROADS = CategoryFacts(code="0303", group="公用设施", name="路面塌陷", lead="D38")
FIRE = CategoryFacts(code="0401", group="消防安全", name="占用通道", lead="D43")
HURT = RaisingCondition(code="hurt", name="有人伤亡", raise_to=Colour.RED, casualties=True)
CROWD = RaisingCondition(code="crowd", raise_to=Colour.ORANGE, people_at_least=30)
WORDS = RaisingCondition(
    code="words", raise_to=Colour.RED, categories=frozenset({"0401"}), keywords=("起火",)
)
DANGER = RaisingCondition(code="danger", raise_to=Colour.RED, flags=frozenset({"danger"}))
RED = Rule(id="red", order=10, owner_level=Level.STREET, colours=frozenset({Colour.RED}))
MEDIA = Rule(id="media", order=20, owner_level=Level.CITY, channels=frozenset({Channel.MEDIA}))
REST = Rule(id="rest", order=99, owner_level=Level.GRID)
BASIS = RuleBasis((HURT, CROWD, WORDS, DANGER), (REST, MEDIA, RED))


def case(**changes):
    grading = {"category": ROADS.code, "category_name": ROADS.name, "default_colour": Colour.YELLOW}
    names = ("text", "importance", "urgency", "casualties", "people_count", "flags")
    grading |= {name: changes.pop(name) for name in names if name in changes}
    facts = CaseFacts(
        grading=GradingInput(**grading),
        category=ROADS,
        channel=Channel.PATROL,
        on=DAY,
        levels=frozenset(set(Level) - {Level.DEPARTMENT}),
        reachable=frozenset({"D38", "D43"}),
    )
    return replace(facts, **changes)


def alternatives(facts, basis=BASIS, others=()):
    found = explanation_of(facts, basis, others)
    return {
        (each.change.code, *each.change.params.values()): each.decision.destination
        for each in found.alternatives
    }


def test_rules_are_told_in_order_with_their_fate():
    found = explanation_of(case(), BASIS)
    told = [(step.rule.id, step.fit, [each.code for each in step.reasons]) for step in found.steps]
    assert told == [
        ("red", Fit.PASSED, ["miss_colour"]),
        ("media", Fit.PASSED, ["miss_channel"]),
        ("rest", Fit.DECIDED, []),
    ]
    raised = explanation_of(case(casualties=1), BASIS)
    assert [step.fit for step in raised.steps] == [Fit.DECIDED, Fit.PASSED, Fit.NOT_REACHED]


@pytest.mark.parametrize(
    ("criterion", "code"),
    [
        ({"categories": frozenset({"0401"})}, "miss_category"),
        ({"groups": frozenset({"消防安全"})}, "miss_category"),
        ({"colours": frozenset({Colour.BLUE})}, "miss_colour"),
        ({"channels": frozenset({Channel.MEDIA})}, "miss_channel"),
        ({"areas": frozenset({"350921001"})}, "miss_area"),
        ({"valid_to": date(2026, 1, 1)}, "miss_date"),
        ({"active": False}, "miss_date"),
        ({"lead": "D99"}, "miss_department"),
    ],
)
def test_each_criterion_that_does_not_fit_is_named(criterion, code):
    rule = Rule(id="r", order=1, owner_level=Level.STREET, **criterion)
    found = explanation_of(case(), RuleBasis((), (rule, REST), frozenset({"D99"})))
    assert (found.steps[0].fit, [each.code for each in found.steps[0].reasons]) == (Fit.PASSED, [code])


def test_only_conditions_of_the_category_are_told_and_what_they_found():
    found = explanation_of(case(people_count=50), BASIS)
    told = {step.condition.code: step.found.code if step.found else None for step in found.conditions}
    assert told == {"hurt": None, "crowd": "raised_by_people", "danger": None}


def test_signs_that_would_lead_elsewhere():
    found = alternatives(case())
    assert found["if_casualties",] == (Colour.RED, Level.STREET, "D38", False)
    assert found["if_people", 30] == (Colour.ORANGE, Level.GRID, "D38", False)
    assert found["if_channel", Channel.MEDIA] == (Colour.YELLOW, Level.CITY, "D38", False)
    assert found["if_flag", "danger"][0] is Colour.RED
    assert ("if_judged", Importance.LOW, Urgency.HIGH, Colour.ORANGE) in found
    assert not any(code == "if_words" for code, *_rest in found), "the words are another category's"


def test_signs_that_are_there_can_be_thought_away():
    found = alternatives(case(casualties=1))
    assert found["if_not_casualties",] == (Colour.YELLOW, Level.GRID, "D38", False)
    judged = alternatives(case(importance=Importance.HIGH, urgency=Urgency.HIGH))
    assert judged["if_not_judged",][0] is Colour.YELLOW


def test_another_category_changes_colour_lead_and_way():
    found = alternatives(case(), others=[(ROADS, Colour.BLUE), (FIRE, Colour.RED)])
    assert found["if_category", "占用通道"] == (Colour.RED, Level.STREET, "D43", False)
    assert ("if_category", "路面塌陷") not in found
    assert in_category(case(), FIRE, Colour.RED).grading.category == "0401"


_RULES = st.lists(
    st.builds(
        Rule,
        id=st.text("abcdef", min_size=1, max_size=3),
        order=st.integers(0, 20),
        owner_level=st.sampled_from(Level),
        colours=st.frozensets(st.sampled_from(Colour), max_size=2),
        channels=st.frozensets(st.sampled_from(Channel), max_size=2),
        categories=st.frozensets(st.sampled_from(["0303", "0401"]), max_size=1),
        needs_acceptance=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda rule: rule.id,
)


@given(
    rules=_RULES, channel=st.sampled_from(Channel), casualties=st.integers(0, 1), people=st.integers(0, 60)
)
def test_what_is_told_always_agrees_with_what_is_decided(rules, channel, casualties, people):
    facts = case(channel=channel, casualties=casualties, people_count=people)
    basis = RuleBasis(BASIS.conditions, tuple(rules))
    found = explanation_of(facts, basis, [(FIRE, Colour.RED)])
    assert found.decision == decide(facts, basis)
    decided = [step.rule.id for step in found.steps if step.fit is Fit.DECIDED]
    assert decided == ([found.decision.route.rule_id] if found.decision.route.rule_id else [])
    assert all(step.reasons for step in found.steps if step.fit is Fit.PASSED)
    assert not any(step.reasons for step in found.steps if step.fit is not Fit.PASSED)
    for each in found.alternatives:
        assert each.decision.destination != found.decision.destination
