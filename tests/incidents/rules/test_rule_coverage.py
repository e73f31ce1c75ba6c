"""Who decides what: the table agrees with the routing itself, and gaps are exactly where nothing decides."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.rules.routing import CategoryFacts, RoutingInput, Rule, route
from incidents.rules.routing_coverage import coverage
from incidents.rules.routing_lint import CategoryRow, condition_category_problem, lint_rules
from incidents.rules.vocabulary import Channel, Colour, Level

DAY = date(2026, 11, 20)
ROADS = CategoryFacts(code="0303", group="公用设施", lead="D38")
FIRE = CategoryFacts(code="0401", group="消防安全", lead="D57")
GONE = CategoryFacts(code="0999", group="旧类")
REST = Rule(id="rest", order=99, owner_level=Level.GRID)
DEPARTMENTS = {"D38": True, "D57": True}


def rule(**values):
    return Rule(**{"id": "r", "order": 1, "owner_level": Level.STREET} | values)


def linted(*rules, categories=(ROADS, FIRE), ended=(), **more):
    rows = [CategoryRow(facts=each) for each in categories]
    rows += [CategoryRow(facts=each, in_use=False) for each in ended]
    found = lint_rules(rules, rows, DEPARTMENTS, DAY, local=["D57"], **more)
    return [(problem.rule_id, problem.reason.code) for problem in found]


def cell(cells, category, colour):
    return next(each for each in cells if (each.category, each.colour) == (category, colour))


def test_channels_that_no_rule_tells_apart_stand_together():
    hotline = rule(channels=frozenset({Channel.HOTLINE}))
    found = cell(coverage([hotline, REST], [ROADS], DEPARTMENTS, DAY), ROADS, Colour.BLUE)
    parts = [(each.rule.id, len(each.channels), each.is_last_resort) for each in found.deciders]
    assert parts == [("rest", len(Channel) - 1, True), ("r", 1, False)]


def test_a_rule_for_some_areas_is_told_beside_the_one_that_decides_elsewhere():
    local = rule(areas=frozenset({"350921001"}))
    found = cell(coverage([local, REST], [ROADS], DEPARTMENTS, DAY), ROADS, Colour.RED)
    assert [(each.rule.id, [one.id for one in each.elsewhere]) for each in found.deciders] == [
        ("rest", ["r"])
    ]


def test_what_is_expired_or_switched_off_covers_nothing():
    old = rule(valid_to=date(2026, 1, 1))
    off = rule(id="off", active=False)
    found = cell(coverage([old, off], [ROADS], DEPARTMENTS, DAY), ROADS, Colour.RED)
    assert [each.rule for each in found.deciders] == [None]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([rule(categories=frozenset({"0303"})), REST], []),
        ([rule(categories=frozenset({"0999"})), REST], [("r", "rule_category_ended")]),
        ([rule(groups=frozenset({"旧类"})), REST], [("r", "rule_group_ended")]),
        ([rule(areas=frozenset({"1"})), REST], []),
        ([rule(areas=frozenset({"2"})), REST], [("r", "rule_area_closed")]),
        ([rule(areas=frozenset({"3"})), REST], [("r", "rule_area_unknown")]),
        (
            [rule(owner_level=Level.DEPARTMENT, categories=frozenset({"0401"})), REST],
            [("r", "rule_level_missing")],
        ),
        ([rule(owner_level=Level.DEPARTMENT, categories=frozenset({"0303"})), REST], []),
        (
            [rule(categories=frozenset({"0303"}))],
            [(None, "no_catch_all"), (None, "category_uncovered")],
        ),
        (
            [
                rule(categories=frozenset({"0303"})),
                rule(id="s", order=2, groups=frozenset({"消防安全"}), channels=frozenset({Channel.MEDIA})),
            ],
            [(None, "no_catch_all"), (None, "category_uncovered_for")],
        ),
    ],
)
def test_gaps_levels_and_closed_things_are_found(rules, expected):
    assert linted(*rules, ended=[GONE], areas={"1": True, "2": False}) == expected


def test_a_condition_without_its_category_is_worded_by_what_became_of_it():
    ended = condition_category_problem("fall", "坠落", "旧类别", ended=True)
    unknown = condition_category_problem("fall", "坠落", "9999", ended=False)
    assert (ended.reason.code, unknown.reason.code) == (
        "condition_category_ended",
        "condition_category_unknown",
    )


_RULES = st.lists(
    st.builds(
        Rule,
        id=st.text("abcdef", min_size=1, max_size=3),
        order=st.integers(0, 9),
        owner_level=st.sampled_from(Level),
        colours=st.frozensets(st.sampled_from(Colour), max_size=2),
        channels=st.frozensets(st.sampled_from([Channel.MEDIA, Channel.VISIT, Channel.HOTLINE]), max_size=2),
        categories=st.frozensets(st.sampled_from(["0303", "0401"]), max_size=2),
        groups=st.frozensets(st.sampled_from(["公用设施", "消防安全"]), max_size=1),
        active=st.booleans(),
    ),
    max_size=7,
    unique_by=lambda each: each.id,
)


@given(rules=_RULES)
def test_the_table_agrees_with_the_routing_for_every_combination(rules):
    cells = coverage(rules, [ROADS, FIRE], DEPARTMENTS, DAY)
    gaps = 0
    for each in cells:
        assert sorted(channel for one in each.deciders for channel in one.channels) == sorted(Channel)
        for decider in each.deciders:
            for channel in decider.channels:
                facts = RoutingInput(
                    category=each.category,
                    colour=each.colour,
                    channel=channel,
                    on=DAY,
                    levels=frozenset(Level),
                )
                decided = route(facts, rules, frozenset()).rule_id
                assert decided == (decider.rule.id if decider.rule else None)
            gaps += decider.rule is None
    codes = [code for _rule, code in linted(*rules)]
    told = any(code.startswith("category_uncovered") for code in codes)
    assert told == (gaps > 0)
