"""Telling the grid office at once which rules name what is being closed: a unit, an area, a category.

The rule stays as it is: nothing is ever switched off silently.
"""

from collections.abc import Callable

from core import clock
from core.actor import Actor
from incidents.choices import RuleSetStatus
from incidents.models import Category, RaisingCondition, RoutingRule
from incidents.rules.reasons import reason
from incidents.rules.routing import Problem, Rule, closed_department_problem
from incidents.rules.routing_lint import (
    closed_area_problem,
    condition_category_problem,
    ended_category_problem,
)
from incidents.services.rule_report import AREA_KINDS, DEPARTMENT_KINDS, named_problem
from incidents.services.rulebook import routing_rule_of
from incidents.services.telling import report_problems
from organizations.models import Organization


def report_closed_organization(actor: Actor, organization: Organization) -> None:
    """Tell which rules in force and categories name a unit or an area that closes. Source: R-23, R-75.

    Runs in the transaction of the closing; at most two queries beside the messages.
    """
    code = organization.code
    if organization.kind in DEPARTMENT_KINDS:
        found = _rules_naming(lambda rule: code in rule.departments(), closed_department_problem, code)
        found += _categories_naming(organization)
    elif organization.kind in AREA_KINDS:
        found = _rules_naming(lambda rule: code in rule.areas, closed_area_problem, code)
    else:
        return
    report_problems(named_problem(problem, {code: organization.name}) for problem in found)


def report_ended_category(category: Category) -> None:
    """Tell which rules and conditions in force name a category that is switched off. Source: R-75."""
    found = _rules_naming(
        lambda rule: category.code in rule.categories, ended_category_problem, category.name
    )
    conditions = RaisingCondition.objects.filter(
        rule_set__status=RuleSetStatus.ACTIVE, is_active=True, category_codes__contains=[category.code]
    )
    found += [condition_category_problem(row.code, row.name, category.name, ended=True) for row in conditions]
    report_problems(found)


def _rules_naming(
    names: Callable[[Rule], bool], problem: Callable[[Rule, str], Problem], what: str
) -> list[Problem]:
    today = clock.today()
    rows = RoutingRule.objects.filter(rule_set__status=RuleSetStatus.ACTIVE, is_active=True)
    rules = [routing_rule_of(row) for row in rows]
    return [problem(rule, what) for rule in rules if rule.in_force(today) and names(rule)]


def _categories_naming(organization: Organization) -> list[Problem]:
    return [
        Problem(None, reason("category_department_closed", category=row.name, department=organization.name))
        for row in Category.objects.filter(is_active=True)
        if organization.code in (row.lead_department, row.supporting_department)
    ]
