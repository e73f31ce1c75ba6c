"""Reference data of residents: limits, retention rules, care tags; missing ones added, edits kept."""

from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from core.actor import Actor
from core.locks import LockName, lock_for_transaction
from core.validation import check_fields
from organizations.policies import require_city
from residents.models import CareTagKind, OccupancyLimit, RetentionRule

_FOLDER = Path(__file__).parents[1] / "reference"
_TAGS = _FOLDER / "care_tags.yaml"
ADD_KIND, CHANGE_KIND = "residents.add_caretagkind", "residents.change_caretagkind"
ADD, CHANGE = "residents.add_occupancylimit", "residents.change_occupancylimit"


def load(*, actor: Actor) -> int:
    """Add rows that are missing and renew those nobody has edited; returns how many limits there are."""
    with transaction.atomic():
        lock_for_transaction(LockName.REFERENCE_LOAD)
        require_city(actor, ADD)
        edited = set(OccupancyLimit.objects.filter(edited_locally=True).values_list("use", flat=True))
        for row in _rows("occupancy"):
            if row["use"] not in edited:
                numbers = {name: row.get(name) for name in ("square_metres_each", "people_at_most")}
                OccupancyLimit.objects.update_or_create(use=row["use"], defaults=numbers)
        kept = set(RetentionRule.objects.filter(edited_locally=True).values_list("kind", flat=True))
        for row in _rows("retention"):
            if row["kind"] not in kept:
                values = {name: row[name] for name in ("months", "basis")}
                RetentionRule.objects.update_or_create(kind=row["kind"], defaults=values)
    return OccupancyLimit.objects.count()


def load_care_tags(*, actor: Actor) -> int:
    """Add missing kinds of care tags, renew those nobody has edited; returns how many there are."""
    given = yaml.safe_load(_TAGS.read_text(encoding="utf-8"))
    with transaction.atomic():
        lock_for_transaction(LockName.REFERENCE_LOAD)
        require_city(actor, ADD_KIND)
        edited = set(CareTagKind.objects.filter(edited_locally=True).values_list("code", flat=True))
        for order, row in enumerate(given["kinds"], start=1):
            if row["code"] not in edited:
                values = {**given["groups"][row["group"]], **row, "order": order}
                CareTagKind.objects.update_or_create(code=values.pop("code"), defaults=values)
    return CareTagKind.objects.count()


def care_tag_kind_save(*, actor: Actor, kind: CareTagKind) -> CareTagKind:
    """Add or change one kind; tags that were given keep their days until they are reviewed. Source: R-240."""
    with transaction.atomic():
        lock_for_transaction(LockName.REFERENCE_LOAD)
        require_city(actor, ADD_KIND if kind.pk is None else CHANGE_KIND)
        check_fields(kind)
        kind.edited_locally = True
        kind.save()
    return kind


def _rows(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.safe_load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return rows


def occupancy_limit_save(*, actor: Actor, limit: OccupancyLimit) -> OccupancyLimit:
    """Add or change one limit; the next look at the dwellings goes by it. Source: R-216."""
    with transaction.atomic():
        lock_for_transaction(LockName.REFERENCE_LOAD)
        require_city(actor, ADD if limit.pk is None else CHANGE)
        check_fields(limit)
        limit.edited_locally = True
        limit.save()
    return limit
