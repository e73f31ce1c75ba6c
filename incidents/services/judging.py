"""Grading and routing one report by the rules in force; reads nothing and writes nothing itself."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from incidents.models import Category
from incidents.rules.grading import Grade, GradingInput, grade
from incidents.rules.reasons import Reason
from incidents.rules.routing import Problem, Route, RoutingInput, route
from incidents.rules.vocabulary import Channel, Colour, Importance, Level, Urgency
from incidents.services.intake import Report
from incidents.services.places import Place
from incidents.services.rulebook import Rulebook, category_facts
from organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Judged:
    """How an incident starts: colour, route, and the units these mean; `supporters` are open departments."""

    grade: Grade
    route: Route
    level: Level
    owner: Organization
    lead: Organization | None
    supporters: tuple[Organization, ...]
    rule_id: int | None
    rule_name: str


def judge(
    report: Report, category: Category, place: Place, *, has_workers: bool, book: Rulebook, on: date
) -> Judged:
    """Return colour and route; a grid without a worker today is passed over. Source: R-11, R-21, R-22."""
    if book.city is None:
        raise Invalid("city_missing", _("No city has been set up yet. Please tell the administrator."))
    graded = grade(
        GradingInput(
            category=category.code,
            category_name=category.name,
            default_colour=Colour(category.colour),
            text=report.description,
            importance=Importance(report.importance) if report.importance else None,
            urgency=Urgency(report.urgency) if report.urgency else None,
            people_count=report.people_count,
            casualties=report.casualties,
            flags=report.flags,
        ),
        book.conditions,
    )
    routed = route(
        RoutingInput(
            category=category_facts(category),
            colour=graded.colour,
            channel=Channel(report.channel),
            on=on,
            levels=_levels(category, place, has_workers, book),
            areas=frozenset(unit.code for unit in (place.community, place.street) if unit is not None),
        ),
        book.rules,
        book.closed_departments,
    )
    lead = book.departments.get(routed.lead or "")
    owner = owner_at(routed.owner_level, place, lead)
    pk, name = book.rule_rows.get(routed.rule_id or "", (None, ""))
    return Judged(
        grade=graded,
        route=_with_names(routed, book),
        # The city receives what a rule sends to a department that turns out not to exist.
        level=Level.CITY if owner is None else routed.owner_level,
        owner=owner or book.city,
        lead=lead,
        supporters=_open_departments(routed.supporters, book),
        rule_id=pk,
        rule_name=name,
    )


def _levels(category: Category, place: Place, has_workers: bool, book: Rulebook) -> frozenset[Level]:
    """Return the levels that can receive it; without any place only the city can find out where it is."""
    levels = {Level.CITY}
    if place.grid is not None and has_workers:
        levels.add(Level.GRID)
    if place.community is not None:
        levels.add(Level.COMMUNITY)
    if place.street is not None:
        levels.add(Level.STREET)
    lead = book.departments.get(category.lead_department)
    if len(levels) > 1 and lead is not None and not lead.is_closed:
        levels.add(Level.DEPARTMENT)
    return frozenset(levels)


def owner_at(level: Level, place: Place, lead: Organization | None) -> Organization | None:
    """Return the unit of a level below the city; None where the place has none."""
    owners = {
        Level.GRID: place.community,
        Level.COMMUNITY: place.community,
        Level.STREET: place.street,
        Level.DEPARTMENT: lead,
    }
    return owners.get(level)


def _open_departments(codes: Iterable[str], book: Rulebook) -> tuple[Organization, ...]:
    found = (book.departments.get(code) for code in codes)
    return tuple(unit for unit in found if unit is not None and not unit.is_closed)


def _with_names(routed: Route, book: Rulebook) -> Route:
    """Return the route with departments named in its reasons: staff read names, not codes."""
    return replace(
        routed,
        reasons=tuple(_named(each, book) for each in routed.reasons),
        problems=tuple(Problem(each.rule_id, _named(each.reason, book)) for each in routed.problems),
    )


def _named(why: Reason, book: Rulebook) -> Reason:
    department = book.departments.get(str(why.params.get("department", "")))
    return why if department is None else Reason(why.code, {**why.params, "department": department.name})
