"""The live figures: three statements, whatever the number of units, cases and reasons. Source: R-150."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum, unique
from typing import Any

from django.db import connection
from django.db.models import DateField, F, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone
from psycopg import sql

from incidents.models import Incident
from incidents.rules.rates import RULES, LeftOut, Of, Rate, Tally
from incidents.selectors.figure_facts import Fact, column, facts_of, rows_counted, with_facts
from organizations.choices import OrganizationKind
from organizations.models import Organization
from organizations.scopes import AnyUser, Scope, scope_of

DEPARTMENTS = (OrganizationKind.DEPARTMENT, OrganizationKind.UNIT)
Tallies = Mapping[Rate, Tally]
Key = tuple[Any, ...]


@unique
class By(StrEnum):
    """What figures can be set out by."""

    STREET = "street"
    COMMUNITY = "community"
    DEPARTMENT = "department"
    CATEGORY = "category"
    COLOUR = "colour"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which cases are counted, reported from the first to the last day, and by what they are set out."""

    first: date
    last: date
    by: By = By.STREET
    unit: Organization | None = None
    colour: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what it is about, its figures, and its key for the list behind."""

    key: str
    name: str
    tallies: Tallies
    unit: Organization | None = None
    stood: Tallies = field(default_factory=dict)


def may_see_figures(user: AnyUser) -> bool:
    """Return whether the person answers for a whole city, street, community or department."""
    scope = scope_of(user)
    return scope.whole_city or bool(scope.street_ids | scope.community_ids | scope.department_ids)


def rows_for(user: AnyUser, wanted: Wanted, of: Of) -> QuerySet[Any]:
    """Return the rows of one kind that are counted for this person, without the facts; no query."""
    seen: Any = Incident.objects.visible_to(user)
    rows = rows_counted(seen.filter(_chosen(wanted)), of).filter(_area(scope_of(user), of))
    if wanted.unit is not None:
        rows = rows.filter(**{_unit_path(wanted.unit, of): wanted.unit.pk})
    return of_kind(rows, wanted.by, of)


def of_kind(rows: QuerySet[Any], by: By, of: Of) -> QuerySet[Any]:
    """Return the rows that have a unit of the kind: only some are a department's."""
    if by is not By.DEPARTMENT:
        return rows
    return rows.filter(**{f"{_DEPARTMENT_PATH[of]}__kind__in": DEPARTMENTS})


def tallies_for(user: AnyUser, wanted: Wanted) -> dict[Any, Tallies]:
    """Return the figures by the value they are set out by; four queries."""
    found: dict[Key, dict[Rate, Tally]] = {}
    for of in Of:
        count_into(found, rows_for(user, wanted, of), of, (group_of(wanted.by, of),))
    return {key[0]: tallies for key, tallies in found.items()}


def count_into(
    found: dict[Key, dict[Rate, Tally]], rows: QuerySet[Any], of: Of, groups: tuple[Any, ...]
) -> None:
    """Count the rows by their groups into `found`; one query, for rounds two."""
    names = [f"group_{number}" for number in range(len(groups))]
    facts = facts_of(of)
    inner = with_facts(rows, of, facts).annotate(**dict(zip(names, groups, strict=True)))
    statement, parameters = inner.values(*names, *(column(each) for each in facts)).query.sql_with_params()
    counts = list(_counts(of))
    with connection.cursor() as cursor:
        cursor.execute(
            _outer(statement, names, [condition for _rate, _part, condition in counts]), parameters
        )
        for row in cursor.fetchall():
            _add(found.setdefault(row[: len(names)], {}), counts, row[len(names) :])


def group_of(by: By, of: Of) -> Any:
    """Return what the rows of one kind are grouped by."""
    prefix = "incident__" if of is Of.ROUNDS else ""
    if by is By.DEPARTMENT:
        return F(f"{_DEPARTMENT_PATH[of]}_id")
    if by is By.MONTH:
        return TruncMonth(f"{prefix}reported_at", output_field=DateField())
    return F(f"{prefix}{_COLUMNS[by]}")


_COLUMNS = {
    By.STREET: "street_id",
    By.COMMUNITY: "community_id",
    By.CATEGORY: "category_id",
    By.COLOUR: "colour",
}
_DEPARTMENT_PATH = {Of.CASES: "owner_organization", Of.ROUNDS: "organization", Of.FIRST_UNIT: "first_unit"}


def _counts(of: Of) -> Iterable[tuple[Rate, str, str]]:
    """Return rate, part and condition of everything that is counted of these rows, as SQL on the facts."""
    for rule in RULES.values():
        if rule.of is of:
            kept = _none_of(rule.left_out)
            yield rule.rate, "denominator", kept
            yield rule.rate, "numerator", f"{kept} AND {column(rule.counted)}"
            for number, reason in enumerate(rule.left_out):
                yield rule.rate, reason, f"{_none_of(rule.left_out[:number])} AND {column(reason)}"
        elif of is Of.CASES:
            for reason in rule.beside:
                yield rule.rate, reason, column(reason)


def _none_of(facts: Iterable[Fact]) -> str:
    return " AND ".join(("TRUE", *(f"NOT {column(each)}" for each in facts)))


def _outer(statement: str, names: list[str], conditions: list[str]) -> Any:
    # OFFSET 0 keeps the server from computing a fact anew in each of the counts that use it.
    counts = sql.SQL(", ").join(
        sql.SQL("count(*) FILTER (WHERE {})").format(sql.SQL(each)) for each in conditions
    )
    groups = sql.SQL(", ").join(sql.Identifier(name) for name in names)
    return (
        sql.SQL("SELECT {groups}, {counts} FROM ({inner} OFFSET 0) AS facts GROUP BY {groups}")
        .format(groups=groups, counts=counts, inner=sql.SQL(statement))
        .as_string()
    )


def _add(tallies: dict[Rate, Tally], counts: list[tuple[Rate, str, str]], values: Iterable[int]) -> None:
    parts: dict[Rate, dict[str, int]] = {}
    for (rate, name, _condition), value in zip(counts, values, strict=True):
        parts.setdefault(rate, {})[name] = value
    for rate, found in parts.items():
        numerator, denominator = found.pop("numerator", 0), found.pop("denominator", 0)
        reasons = {LeftOut(name): value for name, value in found.items()}
        tallies[rate] = tallies.get(rate, Tally(rate)).plus(Tally(rate, numerator, denominator, reasons))


def _chosen(wanted: Wanted) -> Q:
    start, end = moments(wanted.first, wanted.last)
    chosen = Q(reported_at__gte=start, reported_at__lt=end)
    if wanted.colour:
        chosen &= Q(colour=wanted.colour)
    if wanted.category:
        chosen &= Q(category__code=wanted.category)
    return chosen


def _area(scope: Scope, of: Of) -> Q:
    if scope.whole_city:
        return Q()
    prefix = "incident__" if of is Of.ROUNDS else ""
    return (
        Q(**{f"{prefix}street_id__in": scope.street_ids})
        | Q(**{f"{prefix}community_id__in": scope.community_ids})
        | Q(**{f"{_DEPARTMENT_PATH[of]}_id__in": scope.department_ids})
    )


def _unit_path(unit: Organization, of: Of) -> str:
    prefix = "incident__" if of is Of.ROUNDS else ""
    if unit.kind == OrganizationKind.STREET:
        return f"{prefix}street_id"
    if unit.kind == OrganizationKind.COMMUNITY:
        return f"{prefix}community_id"
    return f"{_DEPARTMENT_PATH[of]}_id"


def moments(first: date, last: date) -> tuple[datetime, datetime]:
    """Return when the first day begins and when the last one is over."""
    return _begin(first), _begin(last + timedelta(days=1))


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
