"""What is wrong with a version of the rules, in words.

A rule that cannot be used is reported here and stays as it is: nothing is ever switched off silently.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from core import clock
from incidents.choices import LOCAL_BODIES, RuleSetStatus
from incidents.models import Category, RaisingCondition, RoutingRule, RuleSet, TimeLimit, WhistleLimit
from incidents.rules.durations import LimitError, parse_limit
from incidents.rules.reasons import Reason
from incidents.rules.routing import CategoryFacts, Problem
from incidents.rules.routing_lint import CategoryRow, condition_category_problem, lint_rules
from incidents.selectors.explain import explain
from incidents.services.calendar_watch import missing_years, year_missing_sentence
from incidents.services.rulebook import category_facts, routing_rule_of
from organizations.choices import OrganizationKind
from organizations.models import Organization

DEPARTMENT_KINDS = (OrganizationKind.DEPARTMENT, OrganizationKind.UNIT)
AREA_KINDS = (OrganizationKind.STREET, OrganizationKind.COMMUNITY)
NAMED_KINDS = (*DEPARTMENT_KINDS, *AREA_KINDS)
_UNIT_PARAMS = ("department", "area")
# What staff should know but may well intend; everything else keeps a rule from doing what it says.
CALENDAR_MISSING = "calendar_year_missing"
_HINTS = frozenset(
    {
        "rule_overlaps",
        "rule_order_shared",
        "rule_expired",
        "no_catch_all",
        "rule_level_missing",
        "category_uncovered",
        "category_uncovered_for",
    }
)
_OF_THE_WHOLE = frozenset({"no_catch_all", "category_uncovered", "category_uncovered_for"})
_IN_VERSION = ("routingrule", "raisingcondition")


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem: `table` and `row_id` name the row to repair, `is_hint` what may be intended."""

    code: str
    sentence: str
    is_hint: bool
    table: str = ""
    row_id: int | None = None

    @property
    def in_version(self) -> bool:
        """Return whether the row to repair belongs to the version of the rules."""
        return self.table in _IN_VERSION

    @property
    def concerns_version(self) -> bool:
        """Return whether the version causes it, also where no row of it is to blame: a gap, for example."""
        return self.in_version or self.code in _OF_THE_WHOLE


class _Named(NamedTuple):
    """Rows and names by what problems call them."""

    rules: Mapping[str, RoutingRule]
    categories: Mapping[str, Category]
    units: Mapping[str, str]


def rule_findings(rule_set: RuleSet | None = None) -> list[Finding]:
    """Return every problem of a version, of categories and limits, the serious ones first; seven queries.

    The version in force is judged where none is named.
    """
    version = {"rule_set": rule_set} if rule_set else {"rule_set__status": RuleSetStatus.ACTIVE}
    rules = {row.code: row for row in RoutingRule.objects.filter(is_active=True, **version)}
    categories = list(Category.objects.all())
    units = list(
        Organization.objects.filter(kind__in=NAMED_KINDS).values_list("kind", "code", "name", "closed_on")
    )
    departments = {code: closed is None for kind, code, _name, closed in units if kind in DEPARTMENT_KINDS}
    problems = lint_rules(
        [routing_rule_of(row) for row in rules.values()],
        [_category_row(row) for row in categories],
        departments | dict.fromkeys(dict(LOCAL_BODIES), True),
        clock.today(),
        areas={code: closed is None for kind, code, _name, closed in units if kind in AREA_KINDS},
        local=dict(LOCAL_BODIES),
    )
    names = {code: name for _kind, code, name, _closed in units}
    named = _Named(rules, {row.name: row for row in categories}, local_names() | names)
    found = [_finding(problem, named) for problem in problems]
    found += _limit_findings()
    found += [
        Finding(CALENDAR_MISSING, year_missing_sentence(year), is_hint=False, table="calendarday")
        for year in missing_years()
    ]
    conditions = RaisingCondition.objects.filter(is_active=True, **version)
    found += _condition_findings(conditions, {row.code: row for row in categories})
    return sorted(found, key=lambda finding: finding.is_hint)


def department_names() -> dict[str, str]:
    """Return the name of every department code, local bodies included; one query."""
    rows = Organization.objects.filter(kind__in=DEPARTMENT_KINDS).values_list("code", "name")
    return local_names() | dict(rows)


def local_names() -> dict[str, str]:
    """Return the names of the bodies at the place by code."""
    return {str(code): str(label) for code, label in LOCAL_BODIES}


def named_problem(problem: Problem, names: Mapping[str, str]) -> Problem:
    """Return the problem with the unit's name in place of its code."""
    params = dict(problem.reason.params)
    known = {key: names[str(params[key])] for key in _UNIT_PARAMS if str(params.get(key, "")) in names}
    return Problem(problem.rule_id, Reason(problem.reason.code, params | known)) if known else problem


def _category_row(row: Category) -> CategoryRow:
    facts = category_facts(row)
    return CategoryRow(
        facts=CategoryFacts(
            code=facts.code, group=facts.group, name=row.name, lead=facts.lead, supporters=facts.supporters
        ),
        in_use=row.is_active,
        respond_within=row.respond_within,
        close_within=row.close_within,
    )


def _finding(problem: Problem, named: _Named) -> Finding:
    shown = named_problem(problem, named.units).reason
    rule = named.rules.get(problem.rule_id or "")
    category = None if rule else named.categories.get(str(shown.params.get("category", "")))
    row = rule or category
    return Finding(
        code=shown.code,
        sentence=explain(shown.code, shown.params),
        is_hint=shown.code in _HINTS,
        table=row._meta.model_name or "" if row else "",
        row_id=row.pk if row else None,
    )


def _limit_findings() -> list[Finding]:
    found = []
    for limit in TimeLimit.objects.all():
        found += _unusable(limit, [limit.limit])
    for row in WhistleLimit.objects.all():
        found += _unusable(row, [row.sign, row.arrive, row.report, *filter(None, (row.meeting, row.plan))])
    return found


def _unusable(row: TimeLimit | WhistleLimit, written: list[str]) -> list[Finding]:
    found = []
    for text in written:
        try:
            parse_limit(text)
        except LimitError as error:
            sentence = f"{row}: {explain(error.reason.code, error.reason.params)}"
            found.append(_serious(error.reason.code, sentence, row))
    return found


def _condition_findings(
    conditions: Iterable[RaisingCondition], categories: Mapping[str, Category]
) -> list[Finding]:
    found = []
    for row in conditions:
        for number in sorted(row.category_codes):
            category = categories.get(number)
            if category is not None and category.is_active:
                continue
            name = category.name if category else number
            problem = condition_category_problem(row.code, row.name, name, ended=category is not None)
            why = problem.reason
            found.append(_serious(why.code, explain(why.code, why.params), row))
    return found


def _serious(code: str, sentence: str, row: TimeLimit | WhistleLimit | RaisingCondition) -> Finding:
    table = row._meta.model_name or ""
    return Finding(code=code, sentence=sentence, is_hint=False, table=table, row_id=row.pk)
