"""Grading and routing one report by the rules in force; reads nothing and writes nothing itself."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from incidents.models import Category
from incidents.rules.decision import CaseFacts, RuleBasis, decide
from incidents.rules.grading import Grade, GradingInput
from incidents.rules.reasons import Reason, reason
from incidents.rules.routing import Problem, Route
from incidents.rules.vocabulary import Channel, Colour, Importance, Level, Urgency
from incidents.services.intake import Report
from incidents.services.places import Place
from incidents.services.rulebook import Rulebook, category_facts
from incidents.withholding import Places, stands_below, withheld_levels
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
    report: Report,
    category: Category,
    place: Place,
    *,
    has_workers: bool,
    book: Rulebook,
    on: date,
    accused: Organization | None = None,
) -> Judged:
    """Return colour and route; a grid without a worker today is passed over, and so is the accused unit.

    Source: R-11, R-21, R-22, R-25, R-106, R-107.
    """
    if book.city is None:
        raise Invalid("city_missing", _("No city has been set up yet. Please tell the administrator."))
    withheld = withheld_at(category, place, accused)
    facts = CaseFacts(
        grading=GradingInput(
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
        category=category_facts(category),
        channel=Channel(report.channel),
        on=on,
        levels=levels_at(place, has_workers=has_workers),
        reachable=reachable(place, book),
        areas=frozenset(unit.code for unit in (place.community, place.street) if unit is not None),
        avoided=avoided_departments(accused, book),
        withheld=withheld,
        is_about_unit=accused is not None,
    )
    decision = decide(facts, basis_of(book))
    graded, routed = decision.grade, decision.route
    lead = book.departments.get(routed.lead or "")
    owner = owner_at(routed.owner_level, place, lead)
    routed = replace(routed, reasons=_with_withheld(category, accused, routed, withheld))
    pk, name = book.rule_rows.get(routed.rule_id or "", (None, ""))
    return Judged(
        grade=graded,
        route=with_names(routed, book),
        # The city receives what a rule sends to a department that turns out not to exist.
        level=Level.CITY if owner is None else routed.owner_level,
        owner=owner or book.city,
        lead=lead,
        supporters=_open_departments(routed.supporters, book),
        rule_id=pk,
        rule_name=name,
    )


def basis_of(book: Rulebook) -> RuleBasis:
    """Return the book's rules as decisions read them."""
    return RuleBasis(book.conditions, book.rules, book.closed_departments)


def levels_at(place: Place, *, has_workers: bool) -> frozenset[Level]:
    """Return the levels at a place that can receive an incident; the city always can."""
    levels = {Level.CITY}
    if place.grid is not None and has_workers:
        levels.add(Level.GRID)
    if place.community is not None:
        levels.add(Level.COMMUNITY)
    if place.street is not None:
        levels.add(Level.STREET)
    return frozenset(levels)


def withheld_at(category: Category, place: Place, accused: Organization | None) -> frozenset[Level]:
    """Return the levels that may not receive it; departments are judged by name, as the rule has them."""
    places: Places = {
        Level.GRID: place.community,
        Level.COMMUNITY: place.community,
        Level.STREET: place.street,
    }
    roles = category.secret_roles if category.is_secret else None
    return withheld_levels(places, accused_id=accused.pk if accused else None, secret_roles=roles)


def avoided_departments(accused: Organization | None, book: Rulebook) -> frozenset[str]:
    """Return the codes of departments that the report is about, or that stand right below its subject."""
    if accused is None:
        return frozenset()
    return frozenset(code for code, unit in book.departments.items() if stands_below(unit, accused.pk))


def _with_withheld(
    category: Category, accused: Organization | None, routed: Route, withheld: frozenset[Level]
) -> tuple[Reason, ...]:
    """Return the route's reasons with why levels were passed over; they are there, only not for this.

    That a department was passed over the route says itself.
    """
    kept = [
        why
        for why in routed.reasons
        if why.code != "level_absent" or Level(str(why.params["from_level"])) not in withheld
    ]
    said = {why.params.get("department") for why in kept if why.code == "unit_avoided"}
    if accused is not None and accused.code not in said:
        kept.append(reason("unit_avoided", department=accused.name))
    if category.is_secret and withheld:
        levels = ",".join(level.value for level in Level if level in withheld)
        kept.append(reason("secret_levels", category=category.name, levels=levels))
    return tuple(kept)


def reachable(place: Place, book: Rulebook) -> frozenset[str]:
    """Return the open departments; none without any place, because only the city can find out where it is."""
    if place.community is None and place.street is None and place.grid is None:
        return frozenset()
    return frozenset(book.departments) - book.closed_departments


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


def with_names(routed: Route, book: Rulebook) -> Route:
    """Return the route with departments named in its reasons: staff read names, not codes."""
    return replace(
        routed,
        reasons=tuple(_named(each, book) for each in routed.reasons),
        problems=tuple(Problem(each.rule_id, _named(each.reason, book)) for each in routed.problems),
    )


def _named(why: Reason, book: Rulebook) -> Reason:
    department = book.departments.get(str(why.params.get("department", "")))
    return why if department is None else Reason(why.code, {**why.params, "department": department.name})
