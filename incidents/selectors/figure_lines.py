"""Figures as the page sets them out: one line a unit, kind, colour or month, and how they stood."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Sum

from core.keyset import Page, paginate
from incidents.choices import COLOURS
from incidents.models import Category, FigureRow, FigureSnapshot, Incident
from incidents.rules.rates import RULES, THREE_RATES, Of, Rate, Tally, summed
from incidents.rules.vocabulary import Procedure
from incidents.selectors.figure_facts import Fact, part, rows_counted, with_facts
from incidents.selectors.figures import (
    DEPARTMENTS,
    By,
    Line,
    Tallies,
    Wanted,
    group_of,
    rows_for,
    tallies_for,
)
from incidents.selectors.procedures import procedure_numbers
from organizations.choices import OrganizationKind
from organizations.models import Organization
from organizations.scopes import AnyUser, scope_of

UNIT_ORDER = ("code", "id")
_KINDS: Mapping[By, tuple[str, ...]] = {
    By.STREET: (OrganizationKind.STREET,),
    By.COMMUNITY: (OrganizationKind.COMMUNITY,),
    By.DEPARTMENT: DEPARTMENTS,
}


@dataclass(frozen=True, slots=True)
class LineSheet:
    """The lines asked for with what they make together; `page` holds the cursors where lines are units."""

    lines: list[Line]
    total: Line
    weights: dict[Rate, int]
    page: Page[Organization] | None


def weights_now() -> dict[Rate, int]:
    """Return how much each of the three rates weighs; one query. Source: R-154."""
    codes = (Procedure.WEIGHT_RESPONSE, Procedure.WEIGHT_RESOLUTION, Procedure.WEIGHT_SATISFACTION)
    numbers = procedure_numbers(codes)
    return {rate: numbers[code] for rate, code in zip(THREE_RATES, codes, strict=True)}


def sheet_for(
    user: AnyUser, wanted: Wanted, snapshot: FigureSnapshot | None, *, cursor: str, size: int
) -> LineSheet:
    """Return the figures as the page and the API set them out, units page by page. Source: R-152 to R-156."""
    found = tallies_for(user, wanted)
    stood = stood_for(user, wanted, snapshot)
    units = units_for(user, wanted, found)
    page = None if units is None else paginate(units, order=UNIT_ORDER, cursor=cursor, size=size)
    lines = other_lines(wanted, found, stood) if page is None else unit_lines(page.rows, found, stood)
    total = Line("", "", summed(found.values()), None, summed(stood.values()) if stood else {})
    return LineSheet(lines, total, weights_now(), page)


def units_for(user: AnyUser, wanted: Wanted, found: Iterable[Any]) -> QuerySet[Organization] | None:
    """Return the units that have a line, those without cases too; None where lines are no units."""
    kinds = _KINDS.get(wanted.by)
    if kinds is None:
        return None
    scope = scope_of(user)
    units: Any = Organization.objects.visible_to(user).filter(kind__in=kinds)
    if wanted.unit is not None:
        within = Q(pk=wanted.unit.pk) | Q(parent_id=wanted.unit.pk)
        units = units.filter(within | Q(pk__in=[key for key in found if key is not None]))
    elif not scope.whole_city:
        own = scope.street_ids | scope.community_ids | scope.department_ids
        seen = [key for key in found if key is not None]
        units = units.filter(Q(pk__in=own) | Q(parent_id__in=scope.street_ids) | Q(pk__in=seen))
    result: QuerySet[Organization] = units
    return result


def unit_lines(
    units: Iterable[Organization], found: Mapping[Any, Tallies], stood: Mapping[Any, Tallies]
) -> list[Line]:
    """Return a line for each unit; no query."""
    return [
        Line(unit.code, unit.name, _whole(found.get(unit.pk, {})), unit, stood.get(unit.pk, {}))
        for unit in units
    ]


def other_lines(wanted: Wanted, found: Mapping[Any, Tallies], stood: Mapping[Any, Tallies]) -> list[Line]:
    """Return a line for each category, colour or month that has rows; for categories one query."""
    if wanted.by is By.CATEGORY:
        rows = Category.objects.filter(pk__in=[key for key in found if key]).order_by("code")
        names: dict[Any, tuple[str, str]] = {row.pk: (row.code, row.name) for row in rows}
    elif wanted.by is By.COLOUR:
        names = {str(value): (str(value), str(label)) for value, label in COLOURS}
    else:
        names = {key: (f"{key:%Y-%m}", f"{key:%Y-%m}") for key in sorted(found)}
    return [
        Line(code, name, _whole(found.get(key, {})), None, stood.get(key, {}))
        for key, (code, name) in names.items()
    ]


def stood_for(user: AnyUser, wanted: Wanted, snapshot: FigureSnapshot | None) -> dict[Any, Tallies]:
    """Return the figures as they stood, by the same keys as the live ones; one query. Source: R-156.

    Nothing by month, which the rows do not hold.
    """
    if snapshot is None or wanted.by is By.MONTH:
        return {}
    rows: Any = FigureRow.objects.visible_to(user).filter(snapshot=snapshot)
    rows = rows.filter(organization__kind__in=_kinds_of_rows(user, wanted))
    if wanted.colour:
        rows = rows.filter(colour=wanted.colour)
    if wanted.category:
        rows = rows.filter(category__code=wanted.category)
    if wanted.unit is not None:
        rows = rows.filter(Q(organization=wanted.unit) | Q(organization__parent=wanted.unit))
    name = {By.CATEGORY: "category_id", By.COLOUR: "colour"}.get(wanted.by, "organization_id")
    found: dict[Any, dict[Rate, Tally]] = {}
    counted = rows.order_by().values_list(name, "rate").annotate(Sum("numerator"), Sum("denominator"))
    for key, rate, numerator, denominator in counted:
        found.setdefault(key, {})[Rate(rate)] = Tally(Rate(rate), numerator, denominator)
    return dict(found)


def cases_behind(
    user: AnyUser, wanted: Wanted, rate: Rate, name: str, key: str
) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """Return the cases behind one part of a figure, and the rows that were counted; no query.

    `key` is that of a line, empty for all of them. Raises ValueError for a part or key that is none.
    """
    rule = RULES[rate]
    beside = name in rule.beside
    of = Of.CASES if beside else rule.of
    rows = rows_for(user, wanted, of)
    if key:
        rows = rows.annotate(group=group_of(wanted.by, of)).filter(group=_value(wanted.by, key))
    needed: tuple[Fact, ...] = rule.beside if beside else (*rule.left_out, rule.counted)
    rows = with_facts(rows, of, needed).filter(part(rate, name))
    seen: Any = Incident.objects.visible_to(user)
    if of is Of.ROUNDS:
        return seen.filter(pk__in=rows.values("incident_id")), rows
    return seen.filter(pk__in=rows.values("pk")), rows


def all_rows(of: Of, incidents: QuerySet[Incident]) -> QuerySet[Any]:
    """Return the rows of incidents nothing is withheld of, for figures that everybody may compare."""
    return rows_counted(incidents.filter(is_secret=False, accused_organization=None), of)


def _kinds_of_rows(user: AnyUser, wanted: Wanted) -> tuple[str, ...]:
    """Return the kind of unit whose rows hold each case once."""
    scope = scope_of(user)
    if wanted.by in _KINDS:
        return _KINDS[wanted.by]
    if wanted.unit is not None:
        return DEPARTMENTS if wanted.unit.kind in DEPARTMENTS else (wanted.unit.kind,)
    if scope.whole_city or scope.street_ids:
        return (OrganizationKind.STREET,)
    return (OrganizationKind.COMMUNITY,) if scope.community_ids else DEPARTMENTS


def _value(by: By, key: str) -> Any:
    if by in _KINDS:
        unit = Organization.objects.filter(code=key, kind__in=_KINDS[by]).first()
        if unit is None:
            raise ValueError(key)
        return unit.pk
    if by is By.CATEGORY:
        category = Category.objects.filter(code=key).first()
        if category is None:
            raise ValueError(key)
        return category.pk
    if by is By.MONTH:
        return date.fromisoformat(f"{key}-01")
    return key


def _whole(tallies: Tallies) -> Tallies:
    return {rate: tallies.get(rate, Tally(rate)) for rate in Rate}
