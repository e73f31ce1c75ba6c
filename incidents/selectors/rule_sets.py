"""Which version of the rules is meant, and how two versions differ, in words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from incidents.choices import CHANNELS, COLOURS, FLAGS, LEVELS, LOCAL_BODIES, RuleSetStatus
from incidents.models import Category, RaisingCondition, RoutingRule, RuleSet
from organizations.models import Organization

_LABELS: dict[str, dict[str, Any]] = {
    "colours": dict(COLOURS),
    "raise_to": dict(COLOURS),
    "channels": dict(CHANNELS),
    "flags": dict(FLAGS),
    "owner_level": dict(LEVELS),
    "informed_levels": dict(LEVELS),
}
_UNITS = ("lead_department", "supporting_departments", "area_codes")
_UNSEEN = frozenset({"id", "rule_set", "edited_locally", "code"})


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One value of a row, before and after, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """One rule or condition that a version adds, changes or leaves out; `row_id` is its row there."""

    kind: str
    table: str
    table_label: str
    name: str
    row_id: int | None
    fields: tuple[FieldChange, ...] = ()


def draft_set() -> RuleSet | None:
    """Return the draft, if there is one; one query."""
    return RuleSet.objects.filter(status=RuleSetStatus.DRAFT).first()


def set_in_force() -> RuleSet | None:
    """Return the version in force; one query."""
    return RuleSet.objects.filter(status=RuleSetStatus.ACTIVE).first()


def set_to_show(number: str) -> RuleSet | None:
    """Return the version with this number; without one the draft, else the version in force; two queries."""
    if number.isdigit():
        found = RuleSet.objects.filter(number=int(number)).first()
        if found is not None:
            return found
    return draft_set() or set_in_force()


def counted_sets() -> QuerySet[RuleSet]:
    """Return every version with how many rules and conditions it has in use."""
    used = Q(rules__is_active=True)
    raising = Q(conditions__is_active=True)
    return RuleSet.objects.select_related("created_by", "activated_by", "based_on").annotate(
        rule_count=Count("rules", filter=used, distinct=True),
        condition_count=Count("conditions", filter=raising, distinct=True),
    )


def differences(after: RuleSet, before: RuleSet | None) -> list[RowChange]:
    """Return what a version changes against another, rules first; six queries."""
    if before is None:
        return []
    value = _valuer()
    return [
        *_table_changes(RoutingRule.objects.order_by("order", "code"), after, before, value),
        *_table_changes(RaisingCondition.objects.order_by("code"), after, before, value),
    ]


def _table_changes(
    rows: QuerySet[Any], after: RuleSet, before: RuleSet, value: Callable[[str, Any], str]
) -> Iterable[RowChange]:
    old = {row.code: row for row in rows.filter(rule_set=before)}
    new = {row.code: row for row in rows.filter(rule_set=after)}
    meta = rows.model._meta
    table, label = meta.model_name or "", str(meta.verbose_name)
    for code, row in new.items():
        if code not in old:
            yield RowChange("added", table, label, row.name, row.pk)
            continue
        fields = tuple(_field_changes(old[code], row, value))
        if fields:
            yield RowChange("changed", table, label, row.name, row.pk, fields)
    for code, row in old.items():
        if code not in new:
            yield RowChange("left_out", table, label, row.name, None)


def _field_changes(before: Any, after: Any, value: Callable[[str, Any], str]) -> Iterable[FieldChange]:
    for field in after._meta.concrete_fields:
        mine, theirs = getattr(before, field.name, None), getattr(after, field.name, None)
        if field.name in _UNSEEN or mine == theirs:
            continue
        yield FieldChange(str(field.verbose_name), value(field.name, mine), value(field.name, theirs))


def _valuer() -> Callable[[str, Any], str]:
    """Return what puts a column's value into words; reads the names of categories and units once."""
    units = {str(code): str(label) for code, label in LOCAL_BODIES}
    units |= dict(Organization.objects.values_list("code", "name"))
    labels: dict[str, dict[str, Any]] = {
        **_LABELS,
        "category_codes": dict(Category.objects.values_list("code", "name")),
        **dict.fromkeys(_UNITS, units),
    }

    def value(name: str, given: Any) -> str:
        if isinstance(given, bool):
            return _("yes") if given else _("no")
        if given in (None, "", []):
            return "—"
        known = labels.get(name, {})
        parts = given if isinstance(given, list) else [given]
        # Translators: what stands between the items of a list.
        return pgettext("list", ", ").join(str(known.get(part, part)) for part in parts)

    return value
