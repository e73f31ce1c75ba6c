"""What is wrong with the rules now, in words, and telling the grid office when a department closes.

A rule that cannot be used is reported here and stays as it is: nothing is ever switched off silently.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from core import clock
from core.actor import Actor
from incidents.choices import LOCAL_BODIES
from incidents.models import Category, RaisingCondition, RoutingRule, TimeLimit, WhistleLimit
from incidents.rules.durations import LimitError, parse_limit
from incidents.rules.reasons import Reason, reason
from incidents.rules.routing import CategoryFacts, Problem, closed_department_problem
from incidents.rules.routing_lint import CategoryRow, lint_rules
from incidents.selectors.explain import explain
from incidents.services.calendar_watch import missing_years, year_missing_sentence
from incidents.services.rule_checks import known_departments
from incidents.services.rulebook import category_facts, routing_rule_of
from incidents.services.telling import report_problems
from organizations.choices import OrganizationKind
from organizations.models import Organization

# What staff should know but may well intend; everything else keeps a rule from doing what it says.
CALENDAR_MISSING = "calendar_year_missing"
_HINTS = frozenset({"rule_overlaps", "rule_order_shared", "rule_expired", "no_catch_all"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem: `table` and `row_id` name the row to repair, `is_hint` what may be intended."""

    code: str
    sentence: str
    is_hint: bool
    table: str = ""
    row_id: int | None = None


def rule_findings() -> list[Finding]:
    """Return every problem of rules, categories and limits, the serious ones first; seven queries."""
    rules = {row.code: row for row in RoutingRule.objects.filter(is_active=True)}
    categories = list(Category.objects.filter(is_active=True))
    names = department_names()
    problems = lint_rules(
        [routing_rule_of(row) for row in rules.values()],
        [_category_row(row) for row in categories],
        known_departments(),
        clock.today(),
    )
    by_name = {row.name: row for row in categories}
    found = [_finding(problem, rules, by_name, names) for problem in problems]
    found += _limit_findings()
    found += _condition_findings({row.code for row in categories})
    found += [
        Finding(CALENDAR_MISSING, year_missing_sentence(year), is_hint=False, table="calendarday")
        for year in missing_years()
    ]
    return sorted(found, key=lambda finding: finding.is_hint)


def department_names() -> dict[str, str]:
    """Return the name of every department code, local bodies included; one query."""
    rows = Organization.objects.filter(kind=OrganizationKind.DEPARTMENT).values_list("code", "name")
    return {str(code): str(label) for code, label in LOCAL_BODIES} | dict(rows)


def report_closed_department(actor: Actor, organization: Organization) -> None:
    """Tell the grid office at once which rules and categories name a department that closes.

    Runs in the transaction of the closing; no query for what is no department. Source: R-23.
    """
    if organization.kind != OrganizationKind.DEPARTMENT:
        return
    code, name = organization.code, organization.name
    rules = [routing_rule_of(row) for row in RoutingRule.objects.filter(is_active=True)]
    problems = [
        _named(closed_department_problem(rule, code), {code: name})
        for rule in rules
        if code in rule.departments() and rule.in_force(clock.today())
    ]
    for category in Category.objects.filter(is_active=True):
        if code in (category.lead_department, category.supporting_department):
            why = reason("category_department_closed", category=category.name, department=name)
            problems.append(Problem(None, why))
    report_problems(problems)


def _category_row(row: Category) -> CategoryRow:
    facts = category_facts(row)
    return CategoryRow(
        facts=CategoryFacts(
            code=facts.code, group=facts.group, name=row.name, lead=facts.lead, supporters=facts.supporters
        ),
        respond_within=row.respond_within,
        close_within=row.close_within,
    )


def _finding(
    problem: Problem, rules: dict[str, RoutingRule], categories: dict[str, Category], names: dict[str, str]
) -> Finding:
    shown = _named(problem, names).reason
    rule = rules.get(problem.rule_id or "")
    category = None if rule else categories.get(str(shown.params.get("category", "")))
    row = rule or category
    return Finding(
        code=shown.code,
        sentence=explain(shown.code, shown.params),
        is_hint=shown.code in _HINTS,
        table=row._meta.model_name or "" if row else "",
        row_id=row.pk if row else None,
    )


def _named(problem: Problem, names: dict[str, str]) -> Problem:
    """Return the problem with the department's name in place of its code."""
    params = dict(problem.reason.params)
    code = str(params.get("department", ""))
    if code not in names:
        return problem
    return Problem(problem.rule_id, Reason(problem.reason.code, params | {"department": names[code]}))


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


def _condition_findings(known: set[str]) -> list[Finding]:
    found = []
    for row in RaisingCondition.objects.filter(is_active=True):
        for code in sorted(set(row.category_codes) - known):
            sentence = _("Raising condition “%(condition)s” names the unknown category %(category)s.") % {
                "condition": row.name,
                "category": code,
            }
            found.append(_serious("condition_category_unknown", sentence, row))
    return found


def _serious(code: str, sentence: str, row: TimeLimit | WhistleLimit | RaisingCondition) -> Finding:
    table = row._meta.model_name or ""
    return Finding(code=code, sentence=sentence, is_hint=False, table=table, row_id=row.pk)
