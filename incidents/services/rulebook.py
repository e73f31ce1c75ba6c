"""The rules now in force, read from their tables and kept for a few seconds per process.

Another version is read in the same shape, for explaining and simulating.

Whether a category is in use is never asked here: that is read fresh when an incident is filed.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypedDict

from django.conf import settings

from incidents.choices import RuleSetStatus
from incidents.models import (
    Category,
    ProcedureRule,
    RaisingCondition,
    RoutingRule,
    RuleSet,
    TimeLimit,
    WhistleLimit,
)
from incidents.rules import grading, routing
from incidents.rules.calendar import WorkCalendar
from incidents.rules.durations import Limit, LimitError, parse_limit
from incidents.rules.escalation import Ladders
from incidents.rules.limits import ColourLimits, WhistleLimits
from incidents.rules.procedures import Procedures
from incidents.rules.quiet import QuietSpan
from incidents.rules.reasons import Reason, reason
from incidents.rules.vocabulary import Channel, ClockKind, Colour, Level, WhistleDutyKind, WhistleKind
from incidents.services.calendar_book import read_calendars
from incidents.services.ladder_book import read_ladders, read_quiet_hours
from organizations.choices import OrganizationKind
from organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Everything that decides about an incident besides the incident: rules, limits, time, departments.

    `broken` are rows that cannot be used, with the reason; they are left out and reported, never obeyed.
    `rule_rows` maps a rule's code to its primary key and name; `departments` a code to a department.
    `rule_set` is the version of the rules and conditions; None before any has been loaded.
    """

    rule_set: RuleSet | None

    conditions: tuple[grading.RaisingCondition, ...]
    rules: tuple[routing.Rule, ...]
    rule_rows: Mapping[str, tuple[int, str]]
    limits: ColourLimits
    whistle_limits: WhistleLimits
    whistle_duties: Mapping[WhistleKind, Mapping[WhistleDutyKind, Limit]]
    calendar: WorkCalendar
    unit_calendars: Mapping[int, WorkCalendar]
    ladders: Ladders
    quiet: QuietSpan | None
    unit_quiet: Mapping[int, QuietSpan]
    departments: Mapping[str, Organization]
    closed_departments: frozenset[str]
    city: Organization | None
    broken: tuple[tuple[str, Reason], ...]
    procedures: Procedures = field(default_factory=Procedures)

    def calendar_of(self, organization_id: int) -> WorkCalendar:
        """Return the calendar a unit works by: its own, the nearest one above it, or the city's."""
        return self.unit_calendars.get(organization_id, self.calendar)

    def quiet_of(self, organization_id: int) -> QuietSpan | None:
        """Return the quiet hours of a unit's people: its own, the nearest above it, or the city's."""
        return self.unit_quiet.get(organization_id, self.quiet)


_lock = threading.Lock()
_kept: tuple[float, Rulebook] | None = None


def rulebook() -> Rulebook:
    """Return the rules; fifteen queries at most every REFERENCE_CACHE_SECONDS, none in between."""
    global _kept
    seconds: float = settings.REFERENCE_CACHE_SECONDS
    kept = _kept
    if kept is not None and time.monotonic() - kept[0] < seconds:
        return kept[1]
    with _lock:
        kept = _kept
        if kept is not None and time.monotonic() - kept[0] < seconds:
            return kept[1]
        book = _read()
        _kept = (time.monotonic(), book) if seconds else None
        return book


def rulebook_of(rule_set: RuleSet) -> Rulebook:
    """Return the rulebook with another version's rules and conditions; two queries beside `rulebook`."""
    return replace(rulebook(), rule_set=rule_set, conditions=_conditions(rule_set), **_rules(rule_set))


def forget_rulebook() -> None:
    """Let the next look read the tables anew; services that change rules call it for their own process."""
    global _kept
    _kept = None


def category_facts(category: Category) -> routing.CategoryFacts:
    """Return what routing needs to know of a category."""
    supporter = category.supporting_department
    return routing.CategoryFacts(
        code=category.code,
        name=category.name,
        group=category.group,
        lead=category.lead_department or None,
        supporters=(supporter,) if supporter else (),
    )


def _read() -> Rulebook:
    broken: list[tuple[str, Reason]] = []
    units = list(
        Organization.objects.filter(
            kind__in=[OrganizationKind.DEPARTMENT, OrganizationKind.UNIT, OrganizationKind.CITY]
        )
    )
    departments = {unit.code: unit for unit in units if unit.kind != OrganizationKind.CITY}
    procedures = _procedures(broken)
    calendars = read_calendars()
    quiet, unit_quiet = read_quiet_hours()
    rule_set = RuleSet.objects.filter(status=RuleSetStatus.ACTIVE).first()
    return Rulebook(
        rule_set=rule_set,
        conditions=_conditions(rule_set),
        **_rules(rule_set),
        limits=_limits(broken),
        whistle_limits=_whistle_limits(broken),
        whistle_duties=_whistle_duties(broken),
        calendar=calendars.city,
        unit_calendars=calendars.units,
        ladders=read_ladders(),
        quiet=quiet,
        unit_quiet=unit_quiet,
        departments=departments,
        closed_departments=frozenset(code for code, unit in departments.items() if unit.is_closed),
        city=next((unit for unit in units if unit.kind == OrganizationKind.CITY), None),
        broken=(*broken, *calendars.broken),
        procedures=procedures,
    )


class _Rules(TypedDict):
    rules: tuple[routing.Rule, ...]
    rule_rows: Mapping[str, tuple[int, str]]


def _rules(rule_set: RuleSet | None) -> _Rules:
    rows = list(RoutingRule.objects.filter(rule_set=rule_set, is_active=True)) if rule_set else []
    return {
        "rules": tuple(routing_rule_of(row) for row in rows),
        "rule_rows": {row.code: (row.pk, row.name) for row in rows},
    }


def _conditions(rule_set: RuleSet | None) -> tuple[grading.RaisingCondition, ...]:
    if rule_set is None:
        return ()
    return tuple(
        condition_of(row)
        for row in RaisingCondition.objects.filter(rule_set=rule_set, is_active=True)
        if row.keywords
        or row.people_at_least
        or row.casualties
        or row.flags  # a row without any sign never raises anything
    )


def condition_of(row: RaisingCondition) -> grading.RaisingCondition:
    """Return a row as the pure rules read it; ValueError for one without any sign."""
    return grading.RaisingCondition(
        code=row.code,
        name=row.name,
        raise_to=Colour(row.raise_to),
        categories=frozenset(row.category_codes),
        keywords=tuple(row.keywords),
        people_at_least=row.people_at_least or None,
        casualties=row.casualties,
        flags=frozenset(row.flags),
    )


def routing_rule_of(row: RoutingRule) -> routing.Rule:
    """Return a row as the pure rules read it."""
    return routing.Rule(
        id=row.code,
        name=row.name,
        order=row.order,
        owner_level=Level(row.owner_level),
        categories=frozenset(row.category_codes),
        groups=frozenset(row.category_groups),
        colours=frozenset(Colour(colour) for colour in row.colours),
        areas=frozenset(row.area_codes),
        channels=frozenset(Channel(channel) for channel in row.channels if channel in set(Channel)),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        active=row.is_active,
        lead=row.lead_department or None,
        supporters=tuple(row.supporting_departments),
        engage=row.engage_departments,
        needs_acceptance=row.needs_acceptance,
        informed=tuple(Level(level) for level in row.informed_levels),
    )


def _limits(broken: list[tuple[str, Reason]]) -> ColourLimits:
    found: dict[Colour, dict[ClockKind, Limit]] = {}
    for row in TimeLimit.objects.all():
        try:
            found.setdefault(Colour(row.colour), {})[ClockKind(row.clock_kind)] = parse_limit(row.limit)
        except LimitError as error:
            broken.append((f"{row.colour} {row.clock_kind}", error.reason))
    return found


def _whistle_limits(broken: list[tuple[str, Reason]]) -> WhistleLimits:
    found: dict[WhistleKind, dict[ClockKind, Limit]] = {}
    for row in WhistleLimit.objects.all():
        kind = WhistleKind(row.kind)
        for clock in (ClockKind.SIGN, ClockKind.ARRIVE, ClockKind.REPORT):
            try:
                found.setdefault(kind, {})[clock] = parse_limit(getattr(row, clock.value))
            except LimitError as error:
                broken.append((f"{kind} {clock}", error.reason))
    return found


def _procedures(broken: list[tuple[str, Reason]]) -> Procedures:
    found: dict[str, Any] = {}
    for row in ProcedureRule.objects.all():
        try:
            found[row.code] = parse_limit(row.limit) if row.limit else row.number
        except LimitError as error:
            broken.append((row.code, error.reason))
    known = {each.name for each in fields(Procedures)}
    return Procedures(**{code: value for code, value in found.items() if code in known})


def _whistle_duties(
    broken: list[tuple[str, Reason]],
) -> dict[WhistleKind, dict[WhistleDutyKind, Limit]]:
    found: dict[WhistleKind, dict[WhistleDutyKind, Limit]] = {}
    for row in WhistleLimit.objects.all():
        for duty in WhistleDutyKind:
            written = getattr(row, duty.value)
            try:
                if written:
                    found.setdefault(WhistleKind(row.kind), {})[duty] = parse_limit(written)
            except LimitError as error:
                broken.append((f"{row.kind} {duty}", error.reason))
    return found


def own_limits(category: Category) -> tuple[dict[ClockKind, Limit], list[tuple[str, Reason]]]:
    """Return the category's own limits by clock, and the rows that cannot be read as limits."""
    own: dict[ClockKind, Limit] = {}
    broken: list[tuple[str, Reason]] = []
    for kind, written in (
        (ClockKind.SIGN, category.respond_within),
        (ClockKind.RESOLVE, category.close_within),
    ):
        try:
            if written:
                own[kind] = parse_limit(written)
        except LimitError:
            why = reason("category_limit_bad", category=category.name, limit=written[:40])
            broken.append((category.code, why))
    return own, broken
