"""Why one incident is where it is, by the version of the rules that judged it, in words; writes nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from incidents.choices import COLOURS, LEVELS
from incidents.models import Category, Incident, IncidentEvent, RuleSet
from incidents.rules.decision import Decision, decide
from incidents.rules.explaining import Explanation, Fit, explanation_of
from incidents.rules.reasons import Reason
from incidents.rules.vocabulary import Colour, Verb
from incidents.selectors.explain import explain
from incidents.services.judging import basis_of
from incidents.services.replaying import facts_of, had_workers
from incidents.services.rule_report import local_names
from incidents.services.rulebook import Rulebook, category_facts, rulebook, rulebook_of

_COLOURS, _LEVELS = dict(COLOURS), dict(LEVELS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Where rules lead, in words and as values; `differs` names the parts that differ from the incident's."""

    colour: str
    colour_label: str
    level: str
    level_label: str
    lead: str
    rule: str
    needs_acceptance: bool
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCondition:
    """A raising condition that concerns the category, and what it found; empty: it did not apply."""

    name: str
    raise_to: str
    raise_to_label: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRule:
    """A rule in its order, what became of it, and why it was passed over."""

    order: int
    name: str
    fit: Fit
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAlternative:
    """One change, and where it would have led."""

    change: str
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentExplanation:
    """Everything the page and the API say of why.

    `version` judged the incident; None where it was filed before versions were kept, and then the rules in
    force explain it. `facts_changed` says that category or departments have changed since, so that what
    follows is not quite what was decided then. `today` is where the rules now in force would send it.
    """

    version: RuleSet | None
    explained_by: RuleSet | None
    outcome: Outcome
    facts_changed: bool
    colour_reasons: tuple[str, ...]
    route_reasons: tuple[str, ...]
    conditions: tuple[ShownCondition, ...]
    rules: tuple[ShownRule, ...]
    alternatives: tuple[ShownAlternative, ...]
    today: Outcome


def explanation_for(incident: Incident) -> IncidentExplanation:
    """Return why the incident was sent where it was, and what would change it; six queries beside the rules.

    The caller has found the incident within what the person sees. Source: R-76.
    """
    now = rulebook()
    version = incident.rule_set
    book = now if version is None or version == now.rule_set else rulebook_of(version)
    facts = facts_of(incident, book, has_workers=had_workers(incident))
    categories = Category.objects.filter(is_active=True, group=incident.category.group)
    others = [(category_facts(row), Colour(row.colour)) for row in categories]
    found = explanation_of(facts, basis_of(book), others)
    words = _Words(book)
    today = found.decision if book is now else decide(facts, basis_of(now))
    return IncidentExplanation(
        version=version,
        explained_by=book.rule_set,
        outcome=words.outcome(found.decision),
        facts_changed=_differs_from_then(incident, found.decision),
        colour_reasons=words.sentences(found.decision.grade.reasons),
        route_reasons=words.sentences(found.decision.route.reasons),
        conditions=words.conditions(found),
        rules=words.rules(found),
        alternatives=tuple(
            ShownAlternative(
                change=words.sentence(each.change), outcome=words.outcome(each.decision, found.decision)
            )
            for each in found.alternatives
        ),
        today=_Words(now).outcome(today, found.decision),
    )


def _differs_from_then(incident: Incident, decision: Decision) -> bool:
    """Return whether the same version decides otherwise now, because what it looks at has changed since."""
    events = IncidentEvent.objects.filter(incident_id=incident.pk, verb__in=(Verb.FILE, Verb.DISPATCH))
    then: Mapping[str, object] = {}
    for event in events.order_by("-at", "-id"):
        then = {**then, **event.data}
    colour, rule = then.get("colour"), then.get("rule")
    changed = colour is not None and colour != decision.grade.colour
    return changed or (rule is not None and rule != (decision.route.rule_id or ""))


class _Words:
    """Puts decisions of one rulebook into words: names in place of codes."""

    def __init__(self, book: Rulebook) -> None:
        self._rules = book.rule_rows
        self._names = local_names() | {code: unit.name for code, unit in book.departments.items()}

    def outcome(self, decision: Decision, compared: Decision | None = None) -> Outcome:
        colour, level, lead, acceptance = decision.destination
        parts = ("colour", "level", "lead", "acceptance")
        others = compared.destination if compared is not None else decision.destination
        pairs = zip(parts, decision.destination, others, strict=True)
        return Outcome(
            colour=colour.value,
            colour_label=str(_COLOURS[colour]),
            level=level.value,
            level_label=str(_LEVELS[level]),
            lead=self._names.get(lead or "", lead or ""),
            rule=self._rules.get(decision.route.rule_id or "", (0, ""))[1],
            needs_acceptance=acceptance,
            differs=tuple(part for part, mine, theirs in pairs if mine != theirs),
        )

    def conditions(self, found: Explanation) -> tuple[ShownCondition, ...]:
        return tuple(
            ShownCondition(
                name=step.condition.label,
                raise_to=step.condition.raise_to.value,
                raise_to_label=str(_COLOURS[step.condition.raise_to]),
                found=self.sentence(step.found) if step.found else "",
            )
            for step in found.conditions
        )

    def rules(self, found: Explanation) -> tuple[ShownRule, ...]:
        return tuple(
            ShownRule(
                order=step.rule.order,
                name=step.rule.label,
                fit=step.fit,
                reasons=self.sentences(step.reasons),
            )
            for step in found.steps
        )

    def sentences(self, reasons: Iterable[Reason]) -> tuple[str, ...]:
        return tuple(self.sentence(each) for each in reasons)

    def sentence(self, why: Reason) -> str:
        params = dict(why.params)
        if "department" in params:
            params["department"] = self._names.get(str(params["department"]), params["department"])
        return explain(why.code, params)
