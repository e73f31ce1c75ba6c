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
    """

    grading: GradingInput
    category: CategoryFacts
    channel: Channel
    on: date
    levels: frozenset[Level]
    reachable: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    avoided: frozenset[str] = frozenset()


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
    return Decision(graded, route(routing_input(facts, graded.colour), basis.rules, basis.closed))


def routing_input(facts: CaseFacts, colour: Colour) -> RoutingInput:
    """Return the facts as routing reads them; the department level exists where the category's lead does."""
    leads = facts.category.lead in facts.reachable
    return RoutingInput(
        category=facts.category,
        colour=colour,
        channel=facts.channel,
        on=facts.on,
        levels=facts.levels | {Level.DEPARTMENT} if leads else facts.levels,
        areas=facts.areas,
        avoided=facts.avoided,
    )


def in_category(facts: CaseFacts, category: CategoryFacts, default_colour: Colour) -> CaseFacts:
    """Return the same incident as if it were about something else."""
    grading = replace(
        facts.grading, category=category.code, category_name=category.label, default_colour=default_colour
    )
    return replace(facts, category=category, grading=grading)
