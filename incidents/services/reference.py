"""Loading the reference data of incidents; rows that staff have edited stay as they are."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.db import models, transaction

from core import clock
from core.actor import Actor
from core.locks import LockName, lock_for_transaction
from incidents.choices import RuleSetStatus
from incidents.models import (
    CalendarDay,
    Category,
    CheckShare,
    EscalationLadder,
    LadderStep,
    ProcedureRule,
    RaisingCondition,
    RoutingRule,
    RuleSet,
    TimeLimit,
    VerdictReason,
    WhistleLimit,
)
from incidents.rules.vocabulary import ClockKind, Colour, Level, Procedure, WhistleKind
from incidents.services.reference_times import calendar_days, ladder_rows, load_times, step_rows
from incidents.services.rule_sets import copy_rows, new_draft, put_into_force
from incidents.services.rulebook import forget_rulebook

# Names of versions are data that staff read, as the rules themselves are.
_FIRST_VERSION = "随系统提供的规则"
_NEWLY_SHIPPED = "随系统更新带来的规则调整"
REFERENCE = Path(__file__).resolve().parent.parent / "reference"
# Complaints about conduct and tip-offs. Source: R-105.
_ABOUT_UNITS = frozenset({"1402", "1403"})
CALENDAR_YEARS = (2025, 2026, 2027)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """How many rows a load added or renewed, and the years whose holidays are not announced yet."""

    categories: int
    limits: int
    conditions: int
    rules: int
    ladders: int
    calendar_days: int
    draft_waits: bool
    years_unknown: tuple[int, ...]


def load(*, actor: Actor) -> Loaded:
    """Load categories, limits, raising conditions, rules, ladders and the calendar; a rerun changes nothing.

    Rows edited in the admin are kept, and rows that the files do not name. The first load puts the rules into
    force as version 1; a later one that brings other rules leaves them in a draft, for staff to put into
    force. Raises KeyError or ValueError for a broken file, and then writes nothing. `actor` says on whose
    behalf. Source: R-72.
    """
    with transaction.atomic():
        lock_for_transaction(LockName.REFERENCE_LOAD)
        days, unknown = calendar_days(CALENDAR_YEARS)
        ladders = _yaml("escalation_ladders.yaml")
        conditions, rules, draft_waits = _load_rules(actor)
        loaded = Loaded(
            categories=_merge(Category, ("code",), _categories()),
            limits=_merge(TimeLimit, ("colour", "clock_kind"), _time_limits(_yaml("time_limits.yaml")))
            + _merge(WhistleLimit, ("kind",), _whistle_limits(_yaml("whistle_limits.yaml")))
            + _merge(CheckShare, ("colour",), _check_shares(_yaml("check_shares.yaml")))
            + _merge(VerdictReason, ("code",), _yaml("verdict_reasons.yaml"))
            + _merge(ProcedureRule, ("code",), _procedures(_yaml("procedure_rules.yaml"))),
            ladders=_merge(EscalationLadder, ("colour",), ladder_rows(ladders["ladders"]))
            + _merge(LadderStep, ("colour", "clock_kind", "step"), step_rows(ladders["steps"])),
            calendar_days=_merge(CalendarDay, ("calendar_id", "day"), days),
            conditions=conditions,
            rules=rules,
            draft_waits=draft_waits,
            years_unknown=unknown,
        )
        load_times()
        transaction.on_commit(forget_rulebook)
    return loaded


def _load_rules(actor: Actor) -> tuple[int, int, bool]:
    """Return how many conditions and rules changed, and whether a draft waits to be put into force."""
    first = not RuleSet.objects.exists()
    known = RuleSet.objects.filter(status=RuleSetStatus.DRAFT).first()
    draft = known
    if draft is None:
        source = RuleSet.objects.filter(status=RuleSetStatus.ACTIVE).first()
        draft = new_draft(_FIRST_VERSION if first else _NEWLY_SHIPPED, actor=actor, based_on=source)
        if source is not None:
            copy_rows(source, draft)
    within = {"rule_set": draft}
    conditions = _merge(
        RaisingCondition, ("code",), map(_condition, _yaml("raising_conditions.yaml")), **within
    )
    rules = _merge(RoutingRule, ("code",), map(_rule, _yaml("routing_rules.yaml")), **within)
    if first:
        put_into_force(draft, actor=actor, note=_FIRST_VERSION)
        return conditions, rules, False
    if conditions or rules:
        RuleSet.objects.filter(pk=draft.pk).update(edited_at=clock.now())
    elif known is None:
        draft.delete()
        return 0, 0, False
    return conditions, rules, True


def _merge(
    model: type[models.Model], keys: tuple[str, ...], rows: Iterable[Mapping[str, Any]], **within: Any
) -> int:
    """Add missing rows and renew those nobody has edited; returns how many changed.

    `within` names columns that all rows share, such as their version.
    """
    manager: Any = model._default_manager
    known = {tuple(getattr(row, key) for key in keys): row for row in manager.filter(**within)}
    fresh, changed = [], 0
    for values in rows:
        row = known.get(tuple(values[key] for key in keys))
        if row is None:
            fresh.append(model(**values, **within))
            continue
        differing = [name for name, value in values.items() if getattr(row, name) != value]
        if row.edited_locally or not differing:
            continue
        for name in differing:
            setattr(row, name, values[name])
        row.save(update_fields=differing)
        changed += 1
    for each in fresh:
        each.clean_fields(exclude=["id"])
    manager.bulk_create(fresh)
    return changed + len(fresh)


def _categories() -> Iterable[dict[str, Any]]:
    joinable = frozenset(_yaml("joinable_categories.yaml"))
    for row in _csv("incident_categories.csv"):
        yield {**_category(row), "neighbours_may_join": row["code"] in joinable}


def _category(row: Mapping[str, str]) -> dict[str, Any]:
    return {
        "code": row["code"],
        "group": row["group"],
        "name": row["name"],
        "colour": Colour(row["colour"].lower()).value,
        "lead_department": row["lead_department"],
        "supporting_department": row["supporting_department"],
        "respond_within": row["respond_within"],
        "close_within": row["close_within"],
        "handling_note": row["handling_note"],
        "asks_accused": row["code"] in _ABOUT_UNITS,
    }


def _time_limits(content: Mapping[str, Mapping[str, str]]) -> Iterable[dict[str, Any]]:
    for colour, limits in content.items():
        for kind, limit in limits.items():
            yield {"colour": Colour(colour).value, "clock_kind": ClockKind(kind).value, "limit": limit}


def _whistle_limits(content: Mapping[str, Mapping[str, str]]) -> Iterable[dict[str, Any]]:
    for kind, limits in content.items():
        yield {
            "kind": WhistleKind(kind).value,
            **{clock: limits[clock] for clock in ("sign", "arrive", "report")},
            **{duty: limits.get(duty, "") for duty in ("meeting", "plan")},
        }


def _check_shares(content: Mapping[str, int]) -> Iterable[dict[str, Any]]:
    for colour, percent in content.items():
        yield {"colour": Colour(colour).value, "percent": percent}


def _procedures(content: Mapping[str, str | int]) -> Iterable[dict[str, Any]]:
    for code, value in content.items():
        is_number = isinstance(value, int)
        yield {
            "code": Procedure(code).value,
            "limit": "" if is_number else value,
            "number": value if is_number else None,
        }


def _condition(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": row["code"],
        "name": row["name"],
        "category_codes": list(row.get("category_codes", ())),
        "keywords": list(row.get("keywords", ())),
        "people_at_least": row.get("people_at_least"),
        "casualties": bool(row.get("casualties", False)),
        "flags": list(row.get("flags", ())),
        "raise_to": Colour(row["raise_to"]).value,
    }


def _rule(row: Mapping[str, Any]) -> dict[str, Any]:
    lists = (
        "category_codes",
        "category_groups",
        "colours",
        "area_codes",
        "channels",
        "supporting_departments",
    )
    return {
        "code": row["code"],
        "name": row["name"],
        "order": row["order"],
        **{name: list(row.get(name, ())) for name in lists},
        "owner_level": Level(row["owner_level"]).value,
        "lead_department": row.get("lead_department") or "",
        "engage_departments": bool(row.get("engage_departments", False)),
        "needs_acceptance": bool(row.get("needs_acceptance", False)),
        "informed_levels": [Level(level).value for level in row.get("informed_levels", ())],
        "valid_from": row["valid_from"],
        "valid_to": row.get("valid_to"),
    }


def _csv(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _yaml(name: str) -> Any:
    return yaml.safe_load((REFERENCE / name).read_text(encoding="utf-8"))
