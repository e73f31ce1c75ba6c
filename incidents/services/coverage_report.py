"""Who gets what by a version of the rules, category by category and colour by colour, in words."""

from dataclasses import dataclass

from django.utils.translation import pgettext

from core import clock
from incidents.choices import CHANNELS, COLOURS, LEVELS
from incidents.models import Category, RoutingRule, RuleSet
from incidents.rules.routing_coverage import Decider, coverage
from incidents.rules.vocabulary import Channel, Colour
from incidents.services.rulebook import category_facts, routing_rule_of
from organizations.choices import OrganizationKind
from organizations.models import Organization

_LEVELS, _CHANNELS = dict(LEVELS), dict(CHANNELS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDecider:
    """The rule that decides, where it sends, and for which channels where it is not for all."""

    rule: str
    level: str
    channels: str
    elsewhere: str
    is_last_resort: bool
    is_gap: bool
    level_exists: bool


@dataclass(frozen=True, slots=True)
class ShownCategory:
    """One category with who decides in each colour, most pressing first."""

    code: str
    name: str
    group: str
    cells: tuple[tuple[ShownDecider, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageReport:
    """The whole table, with how many of its cells only a last resort decides, or nothing at all."""

    colours: tuple[tuple[str, str], ...]
    rows: tuple[ShownCategory, ...]
    cells: int
    last_resort: int
    gaps: int


def coverage_report(rule_set: RuleSet) -> CoverageReport:
    """Return who decides each category in each colour today; three queries. Source: R-74."""
    rules = [routing_rule_of(row) for row in RoutingRule.objects.filter(rule_set=rule_set, is_active=True)]
    categories = {row.code: category_facts(row) for row in Category.objects.filter(is_active=True)}
    departments = Organization.objects.open().filter(
        kind__in=(OrganizationKind.DEPARTMENT, OrganizationKind.UNIT)
    )
    opened = frozenset(departments.values_list("code", flat=True))
    cells: dict[str, list[tuple[ShownDecider, ...]]] = {code: [] for code in categories}
    for cell in coverage(rules, categories.values(), opened, clock.today()):
        cells[cell.category.code].append(tuple(_shown(decider) for decider in cell.deciders))
    every = [decider for row in cells.values() for cell in row for decider in cell]
    return CoverageReport(
        colours=tuple((colour.value, str(dict(COLOURS)[colour])) for colour in Colour),
        rows=tuple(
            ShownCategory(code, facts.label, facts.group, tuple(cells[code]))
            for code, facts in categories.items()
        ),
        cells=sum(len(row) for row in cells.values()),
        last_resort=sum(
            all(decider.is_last_resort for decider in cell) for row in cells.values() for cell in row
        ),
        gaps=sum(decider.is_gap for decider in every),
    )


def _shown(decider: Decider) -> ShownDecider:
    rule = decider.rule
    # Translators: what stands between the items of a list.
    between = pgettext("list", ", ")
    partial = len(decider.channels) < len(Channel)
    named = between.join(str(_CHANNELS[each]) for each in Channel if each in decider.channels)
    return ShownDecider(
        rule=rule.label if rule else "",
        level=str(_LEVELS[rule.owner_level]) if rule else "",
        channels=named if partial else "",
        elsewhere=between.join(each.label for each in decider.elsewhere),
        is_last_resort=decider.is_last_resort,
        is_gap=rule is None,
        level_exists=decider.level_exists,
    )
