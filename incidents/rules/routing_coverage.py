"""Which rule decides each combination of category, colour and channel, and where only a last resort does."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from incidents.rules.routing import CategoryFacts, Rule
from incidents.rules.vocabulary import Channel, Colour, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider:
    """The rule that decides for these channels; None: no rule does.

    `elsewhere` are rules that come first in the areas they name. `level_exists` is whether the rule's level
    exists for the category, even at a place that has every other level.
    """

    rule: Rule | None
    channels: frozenset[Channel]
    elsewhere: tuple[Rule, ...] = ()
    level_exists: bool = True

    @property
    def is_last_resort(self) -> bool:
        """Return whether nothing more specific than a rule for everything decides."""
        return self.rule is None or fits_everything(self.rule)


@dataclass(frozen=True, slots=True)
class Cell:
    """One category in one colour: who decides, most channels first."""

    category: CategoryFacts
    colour: Colour
    deciders: tuple[Decider, ...]


def fits_everything(rule: Rule) -> bool:
    """Tell whether a rule asks for nothing at all."""
    return not (rule.categories or rule.groups or rule.colours or rule.channels or rule.areas)


def coverage(
    rules: Iterable[Rule], categories: Iterable[CategoryFacts], departments: Collection[str], on: date
) -> list[Cell]:
    """Return who decides each category in each colour on a date; `departments` are the open ones.

    A rule for named areas does not decide a cell; it is listed as coming first elsewhere. Source: R-74.
    """
    ordered = sorted((rule for rule in rules if rule.in_force(on)), key=lambda each: (each.order, each.id))
    kinds = _channel_kinds(ordered)
    cells = []
    for category in categories:
        named = [rule for rule in ordered if _names(rule, category)]
        for colour in Colour:
            fitting = [rule for rule in named if not rule.colours or colour in rule.colours]
            deciders = tuple(_deciders(fitting, category, kinds, departments))
            cells.append(Cell(category, colour, deciders))
    return cells


def level_exists(rule: Rule, category: CategoryFacts, departments: Collection[str]) -> bool:
    """Tell whether the level a rule sends to exists for a category at a place that has every other level."""
    return rule.owner_level is not Level.DEPARTMENT or category.lead in departments


def _names(rule: Rule, category: CategoryFacts) -> bool:
    named = bool(rule.categories or rule.groups)
    return not named or category.code in rule.categories or category.group in rule.groups


def _channel_kinds(rules: Iterable[Rule]) -> list[frozenset[Channel]]:
    """Return the channels in parts that no rule tells apart, the largest first."""
    parts: dict[frozenset[str], set[Channel]] = {}
    telling = [rule for rule in rules if rule.channels]
    for channel in Channel:
        parts.setdefault(frozenset(rule.id for rule in telling if channel in rule.channels), set()).add(
            channel
        )
    return sorted((frozenset(part) for part in parts.values()), key=len, reverse=True)


def _deciders(
    rules: list[Rule],
    category: CategoryFacts,
    kinds: list[frozenset[Channel]],
    departments: Collection[str],
) -> Iterator[Decider]:
    found: dict[tuple[str | None, tuple[str, ...]], Decider] = {}
    for channels in kinds:
        fitting = [rule for rule in rules if not rule.channels or channels <= rule.channels]
        decider = next((rule for rule in fitting if not rule.areas), None)
        before = fitting if decider is None else fitting[: fitting.index(decider)]
        key = (decider.id if decider else None, tuple(rule.id for rule in before))
        known = found.get(key)
        found[key] = Decider(
            rule=decider,
            channels=channels if known is None else known.channels | channels,
            elsewhere=tuple(before),
            level_exists=decider is None or level_exists(decider, category, departments),
        )
    yield from found.values()
