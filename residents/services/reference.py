"""Reference data of residents: occupancy limits and retention rules, added where missing, edits kept."""

from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from core.actor import Actor
from core.locks import LockName, lock_for_transaction
from core.validation import check_fields
from organizations.policies import require_city
from residents.models import OccupancyLimit, RetentionRule

_FOLDER = Path(__file__).parents[1] / "reference"
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
