"""Colour and route of one incident together: what filing, explaining and simulating all ask."""

from dataclasses import dataclass, replace
from datetime import date

from incidents.rules.grading import Grade, GradingInput, RaisingCondition, grade
from incidents.rules.routing import CategoryFacts, Route, RoutingInput, Rule, route
from incidents.rules.vocabulary import Channel, Colour, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """An incident as rules see it. `levels` exist at its place whatever its category.

    `reachable` are departments that an incident there can be sent to; none where its place is unknown.
    `withheld` levels may not hold it; `is_about_unit`: it is about somebody who handles incidents.
    """

    grading: GradingInput
    category: CategoryFacts
    channel: Channel
    on: date
    levels: frozenset[Level]
    reachable: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    avoided: frozenset[str] = frozenset()
    withheld: frozenset[Level] = frozenset()
    is_about_unit: bool = False


@dataclass(frozen=True, slots=True)
class RuleBasis:
    """One version of the rules, with the departments that are closed."""

    conditions: tuple[RaisingCondition, ...]
    rules: tuple[Rule, ...]
    closed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rules say of one incident."""

    grade: Grade
    route: Route

    @property
    def destination(self) -> tuple[Colour, Level, str | None, bool]:
        """Return what people would notice: colour, level, lead department, waiting for acceptance."""
        return (self.grade.colour, self.route.owner_level, self.route.lead, self.route.needs_acceptance)


def decide(facts: CaseFacts, basis: RuleBasis) -> Decision:
    """Return colour and route with every reason. Source: R-11, R-21."""
    graded = grade(facts.grading, basis.conditions)
    given = routing_input(facts, graded.colour)
    routed = route(given, basis.rules, basis.closed)
    if facts.is_about_unit and _driven_to_department(routed):
        given = replace(given, levels=given.levels - {Level.DEPARTMENT})
        routed = route(given, basis.rules, basis.closed)
    return Decision(graded, routed)


def _driven_to_department(routed: Route) -> bool:
    """Return whether no rule wants it at a department and it only passed the accused on its way up.

    Who stands above a street is the city, not whichever department the category names. Source: R-106.
    """
    pushed = any(why.code == "level_absent" for why in routed.reasons)
    return pushed and routed.owner_level is Level.DEPARTMENT


def routing_input(facts: CaseFacts, colour: Colour) -> RoutingInput:
    """Return the facts as routing reads them; the department level exists where the category's lead does."""
    leads = facts.category.lead in facts.reachable
    levels = facts.levels | {Level.DEPARTMENT} if leads else facts.levels
    return RoutingInput(
        category=facts.category,
        colour=colour,
        channel=facts.channel,
        on=facts.on,
        levels=levels - facts.withheld,
        areas=facts.areas,
        avoided=facts.avoided,
    )


def in_category(facts: CaseFacts, category: CategoryFacts, default_colour: Colour) -> CaseFacts:
    """Return the same incident as if it were about something else."""
    grading = replace(
        facts.grading, category=category.code, category_name=category.label, default_colour=default_colour
    )
    return replace(facts, category=category, grading=grading)
