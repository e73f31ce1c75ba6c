"""What is wrong with a set of routing rules and categories, found before an incident meets it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from incidents.rules.durations import LimitError, parse_limit
from incidents.rules.reasons import reason
from incidents.rules.routing import CategoryFacts, Problem, Rule, closed_department_problem


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRow:
    """A category with its limits as written; an empty limit means that the colour's limit serves."""

    facts: CategoryFacts
    respond_within: str = ""
    close_within: str = ""


def lint_rules(
    rules: Iterable[Rule],
    categories: Collection[CategoryRow],
    departments: Mapping[str, bool],
    on: date,
) -> list[Problem]:
    """List every problem of rules and categories; `departments` maps each code to whether it is open.

    Switched-off and expired rules are judged only for being expired or reversed. Source: R-23.
    """
    ordered = sorted(rules, key=lambda rule: (rule.order, rule.id))
    found = [problem for rule in ordered if rule.active for problem in _date_problems(rule, on)]
    live = [rule for rule in ordered if rule.active and (rule.valid_to is None or rule.valid_to >= on)]
    known = {row.facts.code: row.facts.group for row in categories}
    for rule in live:
        found += _department_problems(rule, departments)
        found += _category_name_problems(rule, known)
    found += _pair_problems(live, known)
    if not any(_fits_everything(rule) and rule.in_force(on) for rule in live):
        found.append(Problem(None, reason("no_catch_all")))
    for row in categories:
        found += _category_problems(row, departments)
    return found


def _date_problems(rule: Rule, on: date) -> Iterator[Problem]:
    if rule.valid_from and rule.valid_to and rule.valid_to < rule.valid_from:
        yield Problem(rule.id, reason("rule_dates_reversed", rule=rule.label))
    elif rule.valid_to and rule.valid_to < on:
        yield Problem(rule.id, reason("rule_expired", rule=rule.label, date=rule.valid_to.isoformat()))


def _department_problems(rule: Rule, departments: Mapping[str, bool]) -> Iterator[Problem]:
    for code in rule.departments():
        if code not in departments:
            yield Problem(rule.id, reason("rule_department_unknown", rule=rule.label, department=code))
        elif not departments[code]:
            yield closed_department_problem(rule, code)


def _category_name_problems(rule: Rule, known: Mapping[str, str]) -> Iterator[Problem]:
    for code in sorted(rule.categories - known.keys()):
        yield Problem(rule.id, reason("rule_category_unknown", rule=rule.label, category=code))
    for group in sorted(rule.groups - set(known.values())):
        yield Problem(rule.id, reason("rule_group_unknown", rule=rule.label, group=group))


def _pair_problems(rules: list[Rule], known: Mapping[str, str]) -> Iterator[Problem]:
    """Compare each rule with those before it; a narrower rule before a wider one is how rules are meant."""
    shadowed: set[str] = set()
    for first, second in combinations(rules, 2):
        if first.order == second.order:
            yield Problem(second.id, reason("rule_order_shared", rule=second.label, other=first.label))
        if second.id in shadowed or first.id in shadowed:
            continue
        ours, theirs = _criteria(first, known), _criteria(second, known)
        if _covers(ours, theirs) and _valid_whenever(first, second):
            shadowed.add(second.id)
            yield Problem(second.id, reason("rule_shadowed", rule=second.label, other=first.label))
        elif _meet(ours, theirs) and not _covers(theirs, ours) and _valid_together(first, second):
            yield Problem(second.id, reason("rule_overlaps", rule=first.label, other=second.label))


def _category_problems(row: CategoryRow, departments: Mapping[str, bool]) -> Iterator[Problem]:
    name = row.facts.label
    for department in (row.facts.lead, *row.facts.supporters):
        if department is None or departments.get(department):
            continue
        kind = "category_department_closed" if department in departments else "category_department_unknown"
        yield Problem(None, reason(kind, category=name, department=department))
    for written in (row.respond_within, row.close_within):
        try:
            if written:
                parse_limit(written)
        except LimitError:
            yield Problem(None, reason("category_limit_bad", category=name, limit=written[:40]))


# Criteria of one rule in a fixed order: categories, colours, channels, areas. None fits everything.
_Criteria = tuple[frozenset[str] | None, ...]


def _criteria(rule: Rule, known: Mapping[str, str]) -> _Criteria:
    categories = rule.categories | {code for code, group in known.items() if group in rule.groups}
    return (
        frozenset(categories) if rule.categories or rule.groups else None,
        rule.colours or None,
        rule.channels or None,
        rule.areas or None,
    )


def _covers(wide: _Criteria, narrow: _Criteria) -> bool:
    return all(
        ours is None or (theirs is not None and ours >= theirs)
        for ours, theirs in zip(wide, narrow, strict=True)
    )


def _meet(first: _Criteria, second: _Criteria) -> bool:
    return all(
        ours is None or theirs is None or not ours.isdisjoint(theirs)
        for ours, theirs in zip(first, second, strict=True)
    )


def _valid_whenever(first: Rule, second: Rule) -> bool:
    starts = (first.valid_from or date.min) <= (second.valid_from or date.min)
    return starts and (first.valid_to or date.max) >= (second.valid_to or date.max)


def _valid_together(first: Rule, second: Rule) -> bool:
    starts = max(first.valid_from or date.min, second.valid_from or date.min)
    return starts <= min(first.valid_to or date.max, second.valid_to or date.max)


def _fits_everything(rule: Rule) -> bool:
    return not (rule.categories or rule.groups or rule.colours or rule.channels or rule.areas)
