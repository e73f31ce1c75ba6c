"""The reference data that ships, read with the rules that will use it."""

import csv
from datetime import date
from pathlib import Path

import pytest
import yaml

import incidents
from incidents.rules.durations import parse_limit
from incidents.rules.escalation import Ladder
from incidents.rules.grading import GradingInput, RaisingCondition, grade
from incidents.rules.routing import CategoryFacts, RoutingInput, Rule, route
from incidents.rules.routing_lint import CategoryRow, lint_rules
from incidents.rules.vocabulary import Channel, ClockKind, Colour, Level, WhistleDutyKind, WhistleKind
from incidents.rules.workflow_text import as_markdown, as_mermaid

ROOT = Path(incidents.__file__).parents[1]
REFERENCE = ROOT / "incidents" / "reference"
DAY = date(2026, 11, 20)


def table(path):
    with (ROOT / path).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def tree(name):
    return yaml.safe_load((REFERENCE / name).read_text(encoding="utf-8"))


CATEGORIES = {row["code"]: row for row in table("incidents/reference/incident_categories.csv")}
DEPARTMENTS = {row["code"]: row for row in table("organizations/reference/departments.csv")}
CONDITIONS = [
    RaisingCondition(
        code=row["code"],
        raise_to=Colour(row["raise_to"]),
        categories=frozenset(row.get("category_codes", ())),
        keywords=tuple(row.get("keywords", ())),
        casualties=row.get("casualties", False),
        people_at_least=row.get("people_at_least"),
        flags=frozenset(row.get("flags", ())),
    )
    for row in tree("raising_conditions.yaml")
]
RULES = [
    Rule(
        id=row["code"],
        name=row["name"],
        order=row["order"],
        owner_level=Level(row["owner_level"]),
        categories=frozenset(row.get("category_codes", ())),
        groups=frozenset(row.get("category_groups", ())),
        colours=frozenset(Colour(each) for each in row.get("colours", ())),
        lead=row.get("lead_department"),
        supporters=tuple(row.get("supporting_departments", ())),
        valid_from=row["valid_from"],
        engage=row.get("engage_departments", False),
        informed=tuple(Level(each) for each in row.get("informed_levels", ())),
    )
    for row in tree("routing_rules.yaml")
]


def category_facts(code):
    row = CATEGORIES[code]
    return CategoryFacts(
        code=code, group=row["group"], lead=row["lead_department"], supporters=(row["supporting_department"],)
    )


def test_there_are_74_categories_and_58_departments():
    assert len(CATEGORIES) == 74
    assert len(DEPARTMENTS) == 58


@pytest.mark.parametrize("row", CATEGORIES.values(), ids=lambda row: row["code"])
def test_every_category_has_a_colour_known_departments_and_limits(row):
    assert Colour(row["colour"].lower())
    assert {row["lead_department"], row["supporting_department"]} <= DEPARTMENTS.keys()
    assert str(parse_limit(row["respond_within"])) == row["respond_within"]
    assert str(parse_limit(row["close_within"])) == row["close_within"]


def test_the_shipped_rules_have_only_the_overlaps_that_are_meant():
    rows = [
        CategoryRow(
            facts=category_facts(code), respond_within=row["respond_within"], close_within=row["close_within"]
        )
        for code, row in CATEGORIES.items()
    ]
    found = lint_rules(RULES, rows, dict.fromkeys(DEPARTMENTS, True), DAY)
    # A red tip-off or drug lead still goes to the department; red enquiries and firms' matters to the street.
    assert [(problem.rule_id, problem.reason.code) for problem in found] == [
        ("red-to-street", "rule_overlaps"),
        ("red-to-street", "rule_overlaps"),
        ("service-window", "rule_overlaps"),
        ("business", "rule_overlaps"),
    ]


@pytest.mark.parametrize(
    ("category", "colour", "rule", "level"),
    [
        ("0101", Colour.YELLOW, "grid-first", Level.GRID),
        ("0308", Colour.RED, "red-to-street", Level.STREET),
        ("0705", Colour.ORANGE, "drug-leads", Level.DEPARTMENT),
        ("0705", Colour.RED, "drug-leads", Level.DEPARTMENT),
        ("1202", Colour.BLUE, "service-window", Level.COMMUNITY),
        ("1301", Colour.YELLOW, "business", Level.STREET),
        ("1403", Colour.ORANGE, "conduct-and-tip-offs", Level.DEPARTMENT),
    ],
)
def test_the_shipped_rules_route(category, colour, rule, level):
    outcome = route(
        RoutingInput(
            category=category_facts(category),
            colour=colour,
            channel=Channel.RESIDENT_QR,
            on=DAY,
            levels=frozenset(Level),
        ),
        RULES,
        frozenset(),
    )
    assert (outcome.rule_id, outcome.owner_level) == (rule, level)
    assert outcome.lead == CATEGORIES[category]["lead_department"]
    assert outcome.engage is (rule in {"red-to-street", "drug-leads", "conduct-and-tip-offs"})


@pytest.mark.parametrize(
    ("category", "text", "colour"),
    [
        ("0107", "广告牌快掉落了", Colour.RED),
        ("0107", "广告牌褪色", Colour.ORANGE),
        ("0303", "路面塌陷一米多", Colour.RED),
        ("0307", "电线垂落到路面", Colour.RED),
        ("0802", "楼上又在家暴", Colour.RED),
        ("0802", "夫妻争吵", Colour.ORANGE),
        ("0804", "拖欠十二名工人三个月工资", Colour.RED),
        ("0804", "拖欠我两个月工资", Colour.ORANGE),
        ("1101", "聚餐后多人呕吐", Colour.RED),
        ("0101", "垃圾堆着火了", Colour.RED),
        ("0801", "邻居半夜装修", Colour.YELLOW),
    ],
)
def test_the_shipped_conditions_raise(category, text, colour):
    default = Colour(CATEGORIES[category]["colour"].lower())
    outcome = grade(GradingInput(category=category, default_colour=default, text=text), CONDITIONS)
    assert outcome.colour is colour


def test_every_note_that_asks_for_red_has_its_condition():
    noted = {code for code, row in CATEGORIES.items() if "升红" in row["handling_note"]}
    assert noted == frozenset[str]().union(*(each.categories for each in CONDITIONS))


def test_limits_of_colours_and_whistles_are_complete_and_valid():
    colours = tree("time_limits.yaml")
    assert set(colours) == set(Colour)
    for limits in colours.values():
        assert set(limits) >= set(ClockKind) - {ClockKind.ARRIVE, ClockKind.REPORT}
        assert set(limits) <= set(ClockKind)
        assert all(parse_limit(limit) for limit in limits.values())
    whistles = tree("whistle_limits.yaml")
    assert set(whistles) == set(WhistleKind)
    for limits in whistles.values():
        assert set(limits) - set(WhistleDutyKind) == {ClockKind.SIGN, ClockKind.ARRIVE, ClockKind.REPORT}
        assert all(parse_limit(limit) for limit in limits.values())


def test_ladders_and_channels_use_the_vocabulary():
    content = tree("escalation_ladders.yaml")
    for row in content["ladders"]:
        assert "colour" not in row or Colour(row["colour"])
        assert Ladder(tuple(map(Level, row["rungs"])), tuple(map(Level, row.get("told", ()))))
    for row in content["steps"]:
        assert "colour" not in row or Colour(row["colour"])
        assert (row["at_percent"] > 100, row["at_percent"] == 100) == (row["step"] > 2, row["step"] == 2)
    assert set(tree("code_lists.yaml")["intake_channel"]) == set(Channel)


def test_the_documentation_shows_the_table_of_the_code():
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert as_markdown() in text
    assert as_mermaid() in text
