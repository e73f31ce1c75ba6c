"""Ordered rules: the first that fits, closed departments, missing levels, and what the lint finds."""

from datetime import date, timedelta

import pytest

from incidents.rules.routing import CategoryFacts, RoutingInput, Rule, route
from incidents.rules.routing_lint import CategoryRow, lint_rules
from incidents.rules.vocabulary import Channel, Colour, Level

DAY = date(2026, 11, 20)
G, C, S, D, Y = Level
ROADS = CategoryFacts(code="0303", group="公用设施", name="路面塌陷", lead="D38", supporters=("D25",))
ANY = Rule(id="any", order=100, owner_level=G)


def facts(**changes):
    values = {
        "category": ROADS,
        "colour": Colour.YELLOW,
        "channel": Channel.RESIDENT_QR,
        "on": DAY,
        "levels": frozenset(Level),
        "areas": frozenset({"350921001000", "350921001001"}),
    }
    return RoutingInput(**(values | changes))


def rule(code="r", order=10, owner_level=S, **changes):
    return Rule(id=code, order=order, owner_level=owner_level, **changes)


def routed(*rules, closed=(), **changes):
    return route(facts(**changes), rules, frozenset(closed))


@pytest.mark.parametrize(
    ("criteria", "fits"),
    [
        ({}, True),
        ({"categories": frozenset({"0303"})}, True),
        ({"categories": frozenset({"0301"})}, False),
        ({"groups": frozenset({"公用设施"})}, True),
        ({"groups": frozenset({"消防安全"})}, False),
        ({"categories": frozenset({"0301"}), "groups": frozenset({"公用设施"})}, True),
        ({"colours": frozenset({Colour.YELLOW, Colour.RED})}, True),
        ({"colours": frozenset({Colour.RED})}, False),
        ({"areas": frozenset({"350921001000"})}, True),
        ({"areas": frozenset({"350921001001"})}, True),
        ({"areas": frozenset({"350921002000"})}, False),
        ({"channels": frozenset({Channel.RESIDENT_QR})}, True),
        ({"channels": frozenset({Channel.HOTLINE})}, False),
        ({"categories": frozenset({"0303"}), "colours": frozenset({Colour.RED})}, False),
        ({"active": False}, False),
        ({"valid_from": DAY}, True),
        ({"valid_from": DAY + timedelta(days=1)}, False),
        ({"valid_to": DAY}, True),
        ({"valid_to": DAY - timedelta(days=1)}, False),
    ],
)
def test_a_rule_fits_when_every_criterion_does(criteria, fits):
    outcome = routed(rule(**criteria), ANY)
    assert outcome.rule_id == ("r" if fits else "any")
    assert outcome.owner_level is (S if fits else G)


def test_the_lowest_order_wins_whatever_the_order_given_and_the_id_breaks_ties():
    assert routed(rule("late", 20), rule("early", 10)).rule_id == "early"
    assert routed(rule("b", 10), rule("a", 10)).rule_id == "a"


def test_departments_come_from_the_rule_or_else_from_the_category():
    own = routed(rule(lead="D16", supporters=("D43",)))
    assert (own.lead, own.supporters) == ("D16", ("D43",))
    assert own.reasons[-1].code == "lead_of_rule"
    category = routed(rule())
    assert (category.lead, category.supporters) == ("D38", ("D25",))
    assert category.reasons[-1].code == "lead_of_category"
    helped = routed(rule(supporters=("D43", "D25")))
    assert (helped.lead, helped.supporters) == ("D38", ("D43", "D25"))


@pytest.mark.parametrize("named", [{"lead": "D99"}, {"lead": "D38", "supporters": ("D99",)}])
def test_a_rule_naming_a_closed_department_is_passed_over_and_reported(named):
    outcome = routed(rule(name="旧规则", **named), ANY, closed={"D99"})
    assert outcome.rule_id == "any"
    (problem,) = outcome.problems
    assert problem.rule_id == "r"
    assert problem.reason.code == "rule_department_closed"
    assert problem.reason.params == {"rule": "旧规则", "department": "D99"}


def test_a_broken_rule_that_would_not_have_applied_is_not_reported_here():
    assert routed(rule(lead="D99", colours=frozenset({Colour.RED})), ANY, closed={"D99"}).problems == ()


def test_a_closed_lead_of_the_category_is_replaced_by_its_supporter_and_reported():
    outcome = routed(ANY, closed={"D38"})
    assert (outcome.lead, outcome.supporters) == ("D25", ())
    assert [each.reason.code for each in outcome.problems] == ["category_department_closed"]
    assert outcome.reasons[-1].code == "lead_promoted"


def test_nobody_left_to_lead_is_said():
    outcome = routed(ANY, closed={"D38", "D25"})
    assert (outcome.lead, outcome.supporters) == (None, ())
    assert outcome.reasons[-1].code == "no_lead"


def test_the_unit_complained_about_never_handles_it():
    outcome = routed(ANY, avoided=frozenset({"D38"}))
    assert outcome.lead == "D25"
    assert [each.code for each in outcome.reasons] == ["rule_matched", "unit_avoided", "lead_promoted"]
    named = routed(rule(lead="D16", supporters=("D43",)), avoided=frozenset({"D16", "D43"}))
    assert (named.lead, named.supporters) == (None, ())


@pytest.mark.parametrize(
    ("levels", "owner"),
    [(set(Level), G), ({C, S, Y}, C), ({S, Y}, S), ({Y}, Y)],
)
def test_without_a_rule_the_lowest_level_that_exists_receives_it(levels, owner):
    outcome = routed(levels=frozenset(levels))
    assert (outcome.owner_level, outcome.rule_id, outcome.lead) == (owner, None, "D38")
    assert outcome.reasons[0].code == "no_rule_matched"


@pytest.mark.parametrize(
    ("wanted", "levels", "owner"),
    [(G, {C, S}, C), (S, {G, C}, C), (D, {S, Y}, Y), (S, set(Level), S)],
)
def test_a_level_that_does_not_exist_gives_way_to_the_next_above_or_the_highest(wanted, levels, owner):
    outcome = routed(rule(owner_level=wanted), levels=frozenset(levels))
    assert outcome.owner_level is owner
    absent = [each.params for each in outcome.reasons if each.code == "level_absent"]
    assert absent == ([] if owner is wanted else [{"from_level": wanted, "to_level": owner}])


def test_no_level_at_all_is_an_error():
    with pytest.raises(ValueError, match="at least one level"):
        routed(ANY, levels=frozenset())


def test_engaging_departments_and_informing_levels_come_with_the_rule():
    red = rule(engage=True, informed=(G, C, S))
    outcome = routed(red, levels=frozenset({G, S, Y}))
    assert outcome.engage
    assert outcome.informed == (G,)
    assert not routed(ANY).engage
    assert routed(ANY).informed == ()


# --- lint -------------------------------------------------------------------------------------------------

CATEGORIES = [
    CategoryRow(facts=ROADS, respond_within="2h", close_within="5wd"),
    CategoryRow(facts=CategoryFacts(code="0401", group="消防安全", lead="D43")),
]
DEPARTMENTS = {"D38": True, "D25": True, "D43": True, "D16": True, "D99": False}


def linted(*rules, categories=CATEGORIES, departments=DEPARTMENTS):
    found = lint_rules(rules, categories, departments, DAY)
    return [(problem.rule_id, problem.reason.code) for problem in found]


def test_sound_rules_have_no_problem():
    narrow = rule(categories=frozenset({"0303"}), lead="D16")
    switched_off = rule("off", 5, lead="D99", active=False)
    assert linted(narrow, switched_off, ANY) == []


RED_ONLY, ROAD_ONLY = {"colours": frozenset({Colour.RED})}, {"categories": frozenset({"0303"})}
FACILITIES = {"groups": frozenset({"公用设施"})}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([rule(lead="D99", **RED_ONLY)], [("r", "rule_department_closed")]),
        ([rule(supporters=("D77",), **RED_ONLY)], [("r", "rule_department_unknown")]),
        ([rule(categories=frozenset({"9999"}))], [("r", "rule_category_unknown")]),
        ([rule(groups=frozenset({"没有"}))], [("r", "rule_group_unknown")]),
        ([rule(valid_to=DAY - timedelta(days=1))], [("r", "rule_expired")]),
        (
            [rule(valid_from=DAY, valid_to=DAY - timedelta(days=9), **RED_ONLY)],
            [("r", "rule_dates_reversed")],
        ),
        ([rule("a", 1, **FACILITIES), rule("b", 2, **ROAD_ONLY)], [("b", "rule_shadowed")]),
        ([rule("a", 1, **ROAD_ONLY), rule("b", 2, **FACILITIES)], [("b", "rule_shadowed")]),
        ([rule("a", 1, **RED_ONLY), rule("b", 2, **ROAD_ONLY)], [("b", "rule_overlaps")]),
        (
            [rule("a", 1, **ROAD_ONLY, valid_to=DAY), rule("b", 2, **ROAD_ONLY)],
            [],
        ),
        (
            [
                rule("a", 1, **RED_ONLY, valid_to=DAY),
                rule("b", 2, **ROAD_ONLY, valid_from=DAY + timedelta(days=1)),
            ],
            [],
        ),
        (
            [rule("a", 1, **RED_ONLY), rule("b", 1, colours=frozenset({Colour.BLUE}))],
            [("b", "rule_order_shared")],
        ),
    ],
)
def test_each_problem_is_found(rules, expected):
    assert linted(*rules, ANY) == expected


def test_a_rule_behind_the_catch_all_is_shadowed():
    assert linted(ANY, rule("late", 200)) == [("late", "rule_shadowed")]


def test_missing_catch_all_is_reported():
    gaps = [(None, "category_uncovered")] * len(CATEGORIES)
    assert linted(rule(**RED_ONLY)) == [(None, "no_catch_all"), *gaps]
    assert linted() == [(None, "no_catch_all"), *gaps]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (CategoryRow(facts=ROADS, respond_within="0h"), "category_limit_bad"),
        (CategoryRow(facts=ROADS, close_within="soon"), "category_limit_bad"),
        (CategoryRow(facts=CategoryFacts(code="1", group="g", lead="D99")), "category_department_closed"),
        (CategoryRow(facts=CategoryFacts(code="1", group="g", lead="D77")), "category_department_unknown"),
    ],
)
def test_problems_of_categories_are_found(row, code):
    assert linted(ANY, categories=[row]) == [(None, code)]
