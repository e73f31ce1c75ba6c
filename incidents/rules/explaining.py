"""Why an incident is where it is, told rule by rule, and which single change would lead elsewhere."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum, unique
from typing import Any

from incidents.rules.decision import CaseFacts, Decision, RuleBasis, decide, in_category, routing_input
from incidents.rules.grading import RaisingCondition, quadrant, sign_of
from incidents.rules.reasons import Reason, reason
from incidents.rules.routing import CategoryFacts, RoutingInput, Rule
from incidents.rules.vocabulary import Channel, Colour, Importance, Urgency


@unique
class Fit(StrEnum):
    """What became of one rule: it decided, it was passed over, or an earlier one had decided."""

    DECIDED = "decided"
    PASSED = "passed"
    NOT_REACHED = "not_reached"


@dataclass(frozen=True, slots=True)
class RuleStep:
    """One rule in order, what became of it, and for a rule passed over each criterion that did not fit."""

    rule: Rule
    fit: Fit
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class ConditionStep:
    """One raising condition that concerns the category, and the sign found; None: it did not apply."""

    condition: RaisingCondition
    found: Reason | None


@dataclass(frozen=True, slots=True)
class Alternative:
    """One change of the facts, and the decision it would lead to."""

    change: Reason
    decision: Decision


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision with everything that was looked at on the way to it."""

    decision: Decision
    conditions: tuple[ConditionStep, ...]
    steps: tuple[RuleStep, ...]
    alternatives: tuple[Alternative, ...]


OtherCategory = tuple[CategoryFacts, Colour]


def explanation_of(facts: CaseFacts, basis: RuleBasis, others: Sequence[OtherCategory] = ()) -> Explanation:
    """Return how the rules decide an incident; `others` are categories it could have been. Source: R-76."""
    decision = decide(facts, basis)
    text = unicodedata.normalize("NFKC", facts.grading.text)
    return Explanation(
        decision=decision,
        conditions=tuple(
            ConditionStep(condition, sign_of(condition, facts.grading, text))
            for condition in basis.conditions
            if condition.concerns(facts.category.code)
        ),
        steps=tuple(_steps(facts, basis, decision)),
        alternatives=tuple(_alternatives(facts, basis, decision, others)),
    )


def _steps(facts: CaseFacts, basis: RuleBasis, decision: Decision) -> Iterator[RuleStep]:
    wanted = routing_input(facts, decision.grade.colour)
    decided = False
    for rule in sorted(basis.rules, key=lambda each: (each.order, each.id)):
        if rule.id == decision.route.rule_id:
            decided = True
            yield RuleStep(rule, Fit.DECIDED)
            continue
        misses = tuple(_misses(rule, wanted, basis.closed))
        yield RuleStep(rule, Fit.NOT_REACHED if decided and not misses else Fit.PASSED, misses)


def _misses(rule: Rule, facts: RoutingInput, closed: frozenset[str]) -> Iterator[Reason]:
    """Yield every reason why a rule does not apply; none for one that would have."""
    if not rule.in_force(facts.on):
        yield reason("miss_date")
    category = facts.category
    named = bool(rule.categories or rule.groups)
    if named and category.code not in rule.categories and category.group not in rule.groups:
        yield reason("miss_category", category=category.label)
    if rule.colours and facts.colour not in rule.colours:
        ordered = ",".join(colour for colour in Colour if colour in rule.colours)
        yield reason("miss_colour", colours=ordered, colour=facts.colour.value)
    if rule.channels and facts.channel not in rule.channels:
        ordered = ",".join(channel for channel in Channel if channel in rule.channels)
        yield reason("miss_channel", channels=ordered, channel=facts.channel.value)
    if rule.areas and rule.areas.isdisjoint(facts.areas):
        yield reason("miss_area")
    for department in rule.departments():
        if department in closed:
            yield reason("miss_department", department=department)


def _alternatives(
    facts: CaseFacts, basis: RuleBasis, decision: Decision, others: Iterable[OtherCategory]
) -> Iterator[Alternative]:
    """Yield one change for each other outcome of each kind of change, the smallest change first."""
    seen: set[tuple[str, object]] = set()
    for change, changed in _changes(facts, basis, others):
        found = decide(changed, basis)
        mark = (change.code, found.destination)
        if found.destination == decision.destination or mark in seen:
            continue
        seen.add(mark)
        yield Alternative(change, found)


def _changes(
    facts: CaseFacts, basis: RuleBasis, others: Iterable[OtherCategory]
) -> Iterator[tuple[Reason, CaseFacts]]:
    yield from _judged_otherwise(facts)
    yield from _with_signs(facts, basis)
    yield from _without_signs(facts)
    for channel in Channel:
        if channel is not facts.channel:
            yield reason("if_channel", channel=channel.value), replace(facts, channel=channel)
    for category, colour in others:
        if category.code != facts.category.code:
            yield reason("if_category", category=category.label), in_category(facts, category, colour)


def _judged_otherwise(facts: CaseFacts) -> Iterator[tuple[Reason, CaseFacts]]:
    grading = facts.grading
    if grading.importance is not None or grading.urgency is not None:
        yield reason("if_not_judged"), _graded(facts, importance=None, urgency=None)
    # From calm to pressing, so that of two judgements with one outcome the smaller change is named.
    for urgency in reversed(Urgency):
        for importance in reversed(Importance):
            if (importance, urgency) != (grading.importance, grading.urgency):
                change = reason(
                    "if_judged",
                    importance=importance.value,
                    urgency=urgency.value,
                    colour=quadrant(importance, urgency).value,
                )
                yield change, _graded(facts, importance=importance, urgency=urgency)


def _with_signs(facts: CaseFacts, basis: RuleBasis) -> Iterator[tuple[Reason, CaseFacts]]:
    """Add one sign of one condition at a time; fewer people before more."""
    concerned = [each for each in basis.conditions if each.concerns(facts.category.code)]
    for least in sorted({each.people_at_least for each in concerned if each.people_at_least is not None}):
        yield reason("if_people", least=least), _graded(facts, people_count=least)
    for condition in concerned:
        for flag in sorted(condition.flags - facts.grading.flags):
            yield reason("if_flag", flag=flag), _graded(facts, flags=facts.grading.flags | {flag})
        if condition.casualties and not facts.grading.casualties:
            yield reason("if_casualties"), _graded(facts, casualties=1)
        for word in condition.keywords[:1]:
            yield reason("if_words", word=word), _graded(facts, text=f"{facts.grading.text}\n{word}")


def _without_signs(facts: CaseFacts) -> Iterator[tuple[Reason, CaseFacts]]:
    grading = facts.grading
    for flag in sorted(grading.flags):
        yield reason("if_not_flag", flag=flag), _graded(facts, flags=grading.flags - {flag})
    if grading.casualties:
        yield reason("if_not_casualties"), _graded(facts, casualties=0)
    if grading.people_count:
        yield reason("if_few_people"), _graded(facts, people_count=1)
    if grading.text:
        yield reason("if_no_words"), _graded(facts, text="")


def _graded(facts: CaseFacts, **changes: Any) -> CaseFacts:
    return replace(facts, grading=replace(facts.grading, **changes))
