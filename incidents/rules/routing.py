"""Who gets an incident: ordered rules, the first that fits decides; else its first receiver.

A rule that names a closed department is passed over and reported, never silently switched off.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from incidents.rules.reasons import Reason, reason
from incidents.rules.vocabulary import Channel, Colour, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryFacts:
    """A category as far as routing needs it."""

    code: str
    group: str
    name: str = ""
    lead: str | None = None
    supporters: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """How reasons call the category."""
        return self.name or self.code


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row: an empty criterion fits everything; categories and groups add up to one criterion.

    `areas` are codes of streets or communities. Without a lead department the category's own departments
    serve. `engage` calls the departments at once; `informed` levels are told but do not own;
    `needs_acceptance` leaves it with a dispatcher, who accepts it before it is dispatched. Source: R-21.
    """

    id: str
    order: int
    owner_level: Level
    name: str = ""
    categories: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    colours: frozenset[Colour] = frozenset()
    areas: frozenset[str] = frozenset()
    channels: frozenset[Channel] = frozenset()
    valid_from: date | None = None
    valid_to: date | None = None
    active: bool = True
    lead: str | None = None
    supporters: tuple[str, ...] = ()
    engage: bool = False
    informed: tuple[Level, ...] = ()
    needs_acceptance: bool = False

    @property
    def label(self) -> str:
        """How reasons call the rule."""
        return self.name or self.id

    def departments(self) -> tuple[str, ...]:
        """List the departments the rule itself names, the lead first."""
        return self.supporters if self.lead is None else (self.lead, *self.supporters)

    def in_force(self, on: date) -> bool:
        """Tell whether the rule is switched on and valid on a date, both ends included."""
        started = self.valid_from is None or self.valid_from <= on
        return self.active and started and (self.valid_to is None or on <= self.valid_to)

    def fits(self, facts: "RoutingInput") -> bool:
        """Tell whether every criterion of the rule fits an incident."""
        category = facts.category
        named = bool(self.categories or self.groups)
        if named and category.code not in self.categories and category.group not in self.groups:
            return False
        if self.colours and facts.colour not in self.colours:
            return False
        if self.channels and facts.channel not in self.channels:
            return False
        return not self.areas or not self.areas.isdisjoint(facts.areas)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingInput:
    """An incident to be routed: `areas` are the codes of its street and community, `levels` those that exist.

    `avoided` departments are the subject of the report and must not handle it.
    """

    category: CategoryFacts
    colour: Colour
    channel: Channel
    on: date
    levels: frozenset[Level]
    areas: frozenset[str] = frozenset()
    avoided: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with the rules or the categories that staff should repair; rule_id None: a category."""

    rule_id: str | None
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Who owns an incident first, which departments belong to it, why, and what was wrong on the way."""

    owner_level: Level
    lead: str | None
    supporters: tuple[str, ...]
    rule_id: str | None
    reasons: tuple[Reason, ...]
    problems: tuple[Problem, ...] = ()
    engage: bool = False
    informed: tuple[Level, ...] = ()
    needs_acceptance: bool = False


def route(facts: RoutingInput, rules: Iterable[Rule], closed_departments: frozenset[str]) -> Route:
    """Return where an incident goes: the first fitting rule, else the first receiver. Source: R-21, R-22.

    Raises ValueError when the incident has no level at all.
    """
    problems: list[Problem] = []
    chosen = None
    for rule in sorted(rules, key=lambda each: (each.order, each.id)):
        if not rule.in_force(facts.on) or not rule.fits(facts):
            continue
        closed = [code for code in rule.departments() if code in closed_departments]
        if not closed:
            chosen = rule
            break
        problems += [closed_department_problem(rule, code) for code in closed]
    owner_level, reasons = _owner_level(chosen, facts.levels)
    if chosen is not None and chosen.needs_acceptance:
        reasons.append(reason("acceptance_needed"))
    lead, supporters = _departments(chosen, facts, closed_departments, reasons, problems)
    informed = () if chosen is None else tuple(level for level in chosen.informed if level in facts.levels)
    return Route(
        owner_level=owner_level,
        lead=lead,
        supporters=supporters,
        rule_id=None if chosen is None else chosen.id,
        reasons=tuple(reasons),
        problems=tuple(problems),
        engage=chosen is not None and chosen.engage,
        informed=tuple(level for level in informed if level is not owner_level),
        needs_acceptance=chosen is not None and chosen.needs_acceptance,
    )


def closed_department_problem(rule: Rule, department: str) -> Problem:
    """Return the report of a rule that names a closed department. Source: R-23."""
    return Problem(rule.id, reason("rule_department_closed", rule=rule.label, department=department))


def _owner_level(rule: Rule | None, levels: frozenset[Level]) -> tuple[Level, list[Reason]]:
    """Return the rule's level, or the next that exists above it, or the highest below it."""
    existing = [level for level in Level if level in levels]
    if not existing:
        raise ValueError("an incident needs at least one level")
    if rule is None:
        return existing[0], [reason("no_rule_matched")]
    ladder = list(Level)
    wanted = ladder.index(rule.owner_level)
    owner = next((level for level in existing if ladder.index(level) >= wanted), existing[-1])
    reasons = [reason("rule_matched", rule=rule.label)]
    if owner is not rule.owner_level:
        reasons.append(reason("level_absent", from_level=rule.owner_level.value, to_level=owner.value))
    return owner, reasons


def _departments(
    rule: Rule | None,
    facts: RoutingInput,
    closed: frozenset[str],
    reasons: list[Reason],
    problems: list[Problem],
) -> tuple[str | None, tuple[str, ...]]:
    """Return lead and supporters that are open and not avoided; the first supporter replaces a lost lead."""
    category = facts.category
    from_rule = rule is not None and rule.lead is not None
    wanted = rule.lead if rule is not None and rule.lead is not None else category.lead
    own = rule.supporters if rule is not None else ()
    helpers = own if from_rule else (*own, *category.supporters)
    problems += [
        Problem(None, reason("category_department_closed", category=category.label, department=code))
        for code in (category.lead, *category.supporters)
        if not from_rule and code is not None and code in closed
    ]
    named = [code for code in (wanted, *helpers) if code is not None]
    reasons += [reason("unit_avoided", department=code) for code in named if code in facts.avoided]
    usable = list(dict.fromkeys(code for code in named if code not in closed and code not in facts.avoided))
    if not usable:
        reasons.append(reason("no_lead"))
        return None, ()
    if usable[0] == wanted:
        reasons.append(reason("lead_of_rule" if from_rule else "lead_of_category"))
    elif wanted is not None:
        reasons.append(reason("lead_promoted", department=wanted))
    return usable[0], tuple(usable[1:])
