"""What is wrong with a set of routing rules and categories, found before an incident meets it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from incidents.rules.durations import LimitError, parse_limit
from incidents.rules.reasons import reason
from incidents.rules.routing import CategoryFacts, Problem, Rule, closed_department_problem
from incidents.rules.routing_coverage import coverage, fits_everything, level_exists
from incidents.rules.vocabulary import Channel, Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRow:
    """A category with its limits as written; an empty limit means that the colour's limit serves.

    One that is no longer in use is only known, so that a rule that names it can be told.
    """

    facts: CategoryFacts
    in_use: bool = True
    respond_within: str = ""
    close_within: str = ""


def lint_rules(
    rules: Iterable[Rule],
    categories: Collection[CategoryRow],
    departments: Mapping[str, bool],
    on: date,
    areas: Mapping[str, bool] | None = None,
    local: Collection[str] = (),
) -> list[Problem]:
    """List every problem of rules and categories; `departments` maps each code to whether it is open.

    So does `areas` for streets and communities; None leaves areas unjudged. `local` departments are bodies
    at the place, which no incident can be sent to as a department. Switched-off and expired rules are judged
    only for being expired or reversed. Source: R-23, R-74.
    """
    ordered = sorted(rules, key=lambda rule: (rule.order, rule.id))
    found = [problem for rule in ordered if rule.active for problem in _date_problems(rule, on)]
    live = [rule for rule in ordered if rule.active and (rule.valid_to is None or rule.valid_to >= on)]
    used = [row for row in categories if row.in_use]
    known = {row.facts.code: row.facts.group for row in used}
    ended = [row.facts for row in categories if not row.in_use]
    opened = {code for code, is_open in departments.items() if is_open} - set(local)
    for rule in live:
        found += _department_problems(rule, departments)
        found += _category_name_problems(rule, known, ended)
        found += _area_problems(rule, areas)
        found += _level_problems(rule, used, opened)
    found += _pair_problems(live, known)
    if not any(fits_everything(rule) and rule.in_force(on) for rule in live):
        found.append(Problem(None, reason("no_catch_all")))
        found += _gaps(live, used, opened, on)
    for row in used:
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


def _category_name_problems(
    rule: Rule, known: Mapping[str, str], ended: Collection[CategoryFacts]
) -> Iterator[Problem]:
    names = {facts.code: facts.label for facts in ended}
    for code in sorted(rule.categories - known.keys()):
        if code in names:
            yield ended_category_problem(rule, names[code])
        else:
            yield Problem(rule.id, reason("rule_category_unknown", rule=rule.label, category=code))
    for group in sorted(rule.groups - set(known.values())):
        kind = "rule_group_ended" if group in {facts.group for facts in ended} else "rule_group_unknown"
        yield Problem(rule.id, reason(kind, rule=rule.label, group=group))


def ended_category_problem(rule: Rule, category: str) -> Problem:
    """Return the report of a rule that names a category that is no longer in use. Source: R-75."""
    return Problem(rule.id, reason("rule_category_ended", rule=rule.label, category=category))


def condition_category_problem(condition: str, label: str, category: str, *, ended: bool) -> Problem:
    """Return the report of a raising condition whose category is unknown or has ended. Source: R-75."""
    if ended:
        return Problem(condition, reason("condition_category_ended", condition=label, category=category))
    return Problem(condition, reason("condition_category_unknown", condition=label, category=category))


def closed_area_problem(rule: Rule, area: str) -> Problem:
    """Return the report of a rule that names a street or community that has been closed. Source: R-75."""
    return Problem(rule.id, reason("rule_area_closed", rule=rule.label, area=area))


def _area_problems(rule: Rule, areas: Mapping[str, bool] | None) -> Iterator[Problem]:
    for code in sorted(rule.areas if areas is not None else ()):
        is_open = areas.get(code) if areas is not None else None
        if is_open is None:
            yield Problem(rule.id, reason("rule_area_unknown", rule=rule.label, area=code))
        elif not is_open:
            yield closed_area_problem(rule, code)


def _level_problems(
    rule: Rule, categories: Iterable[CategoryRow], opened: Collection[str]
) -> Iterator[Problem]:
    """Report the categories a rule names for which its level does not exist; it gives way to the city."""
    for row in categories:
        named = row.facts.code in rule.categories or row.facts.group in rule.groups
        if named and not level_exists(rule, row.facts, opened):
            yield Problem(rule.id, reason("rule_level_missing", rule=rule.label, category=row.facts.label))


def _gaps(
    rules: list[Rule], categories: Iterable[CategoryRow], opened: Collection[str], on: date
) -> Iterator[Problem]:
    """Report each category in the colours and channels that no rule covers. Source: R-74."""
    cells = coverage(rules, (row.facts for row in categories), opened, on)
    found: dict[tuple[str, frozenset[Channel]], list[Colour]] = {}
    for cell in cells:
        for decider in cell.deciders:
            if decider.rule is None:
                found.setdefault((cell.category.label, decider.channels), []).append(cell.colour)
    for (category, channels), colours in found.items():
        shades, ways = ",".join(colours), ",".join(each for each in Channel if each in channels)
        if len(channels) == len(Channel):
            why = reason("category_uncovered", category=category, colours=shades)
        else:
            why = reason("category_uncovered_for", category=category, colours=shades, channels=ways)
        yield Problem(None, why)


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
