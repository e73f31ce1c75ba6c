"""Loading the reference data of incidents; rows that staff have edited stay as they are."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import chinese_calendar
import yaml
from chinese_calendar import Holiday
from django.db import models, transaction

from core.actor import Actor
from core.locks import LockName, lock_for_transaction
from incidents.models import (
    CalendarDay,
    Category,
    CheckShare,
    RaisingCondition,
    RoutingRule,
    TimeLimit,
    VerdictReason,
    WhistleLimit,
    WorkShift,
)
from incidents.rules.calendar import OFFICE_SHIFTS
from incidents.rules.vocabulary import ClockKind, Colour, DayKind, Level, WhistleKind
from incidents.services.rulebook import forget_rulebook

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
    calendar_days: int
    years_unknown: tuple[int, ...]


def load(*, actor: Actor) -> Loaded:
    """Load categories, limits, raising conditions, rules and the calendar; a rerun changes nothing.

    Rows edited in the admin are kept, and rows that the files do not name. Raises KeyError or ValueError for
    a broken file, and then writes nothing. `actor` says on whose behalf; the rows carry no author.
    """
    with transaction.atomic():
        lock_for_transaction(LockName.REFERENCE_LOAD)
        days, unknown = calendar_days(CALENDAR_YEARS)
        loaded = Loaded(
            categories=_merge(Category, ("code",), _categories()),
            limits=_merge(TimeLimit, ("colour", "clock_kind"), _time_limits(_yaml("time_limits.yaml")))
            + _merge(WhistleLimit, ("kind",), _whistle_limits(_yaml("whistle_limits.yaml")))
            + _merge(CheckShare, ("colour",), _check_shares(_yaml("check_shares.yaml")))
            + _merge(VerdictReason, ("code",), _yaml("verdict_reasons.yaml")),
            conditions=_merge(RaisingCondition, ("code",), map(_condition, _yaml("raising_conditions.yaml"))),
            rules=_merge(RoutingRule, ("code",), map(_rule, _yaml("routing_rules.yaml"))),
            calendar_days=_merge(CalendarDay, ("day",), days),
            years_unknown=unknown,
        )
        _load_shifts()
        transaction.on_commit(forget_rulebook)
    return loaded


def calendar_days(years: Iterable[int]) -> tuple[list[dict[str, Any]], tuple[int, ...]]:
    """Return the days that differ from the weekly pattern, and the years nobody has announced yet.

    The library only seeds the table: for an unknown year the weekly pattern holds until staff fill it in.
    """
    known = {day.year for day in (*chinese_calendar.constants.holidays, *chinese_calendar.constants.workdays)}
    wanted = set(years)
    rows = [
        {"day": day, "kind": kind, "name": Holiday(name).chinese}
        for kind, table in (
            (DayKind.REST, chinese_calendar.constants.holidays),
            (DayKind.WORK, chinese_calendar.constants.workdays),
        )
        for day, name in table.items()
        if day.year in wanted and _differs(day, kind)
    ]
    return rows, tuple(sorted(wanted - known))


def _differs(day: date, kind: DayKind) -> bool:
    # Weekend days inside a holiday are kept as well: they name the holiday.
    return kind is DayKind.REST or day.weekday() >= 5


def _merge(model: type[models.Model], keys: tuple[str, ...], rows: Iterable[Mapping[str, Any]]) -> int:
    """Add missing rows and renew those nobody has edited; returns how many changed."""
    manager: Any = model._default_manager
    known = {tuple(getattr(row, key) for key in keys): row for row in manager.all()}
    fresh, changed = [], 0
    for values in rows:
        row = known.get(tuple(values[key] for key in keys))
        if row is None:
            fresh.append(model(**values))
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
        }


def _check_shares(content: Mapping[str, int]) -> Iterable[dict[str, Any]]:
    for colour, percent in content.items():
        yield {"colour": Colour(colour).value, "percent": percent}


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
        "informed_levels": [Level(level).value for level in row.get("informed_levels", ())],
        "valid_from": row["valid_from"],
        "valid_to": row.get("valid_to"),
    }


def _load_shifts() -> None:
    """Add the office hours where the table of shifts is empty; staff own it afterwards."""
    if not WorkShift.objects.exists():
        WorkShift.objects.bulk_create(
            [WorkShift(starts_at=shift.start, ends_at=shift.end) for shift in OFFICE_SHIFTS]
        )


def _csv(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _yaml(name: str) -> Any:
    return yaml.safe_load((REFERENCE / name).read_text(encoding="utf-8"))
