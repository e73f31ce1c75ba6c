"""Reference data of residents: the limits of occupancy, added where missing, edited ones kept."""

from pathlib import Path

import yaml
from django.db import transaction

from core.actor import Actor
from core.locks import LockName, lock_for_transaction
from core.validation import check_fields
from organizations.policies import require_city
from residents.models import OccupancyLimit

_FILE = Path(__file__).parents[1] / "reference" / "occupancy.yaml"
ADD, CHANGE = "residents.add_occupancylimit", "residents.change_occupancylimit"


def load(*, actor: Actor) -> int:
    """Add the limits that are missing and renew those nobody has edited; returns how many there are."""
    with transaction.atomic():
        lock_for_transaction(LockName.REFERENCE_LOAD)
        require_city(actor, ADD)
        edited = set(OccupancyLimit.objects.filter(edited_locally=True).values_list("use", flat=True))
        for row in yaml.safe_load(_FILE.read_text(encoding="utf-8")):
            if row["use"] not in edited:
                numbers = {name: row.get(name) for name in ("square_metres_each", "people_at_most")}
                OccupancyLimit.objects.update_or_create(use=row["use"], defaults=numbers)
    return OccupancyLimit.objects.count()


def occupancy_limit_save(*, actor: Actor, limit: OccupancyLimit) -> OccupancyLimit:
    """Add or change one limit; the next look at the dwellings goes by it. Source: R-216."""
    with transaction.atomic():
        lock_for_transaction(LockName.REFERENCE_LOAD)
        require_city(actor, ADD if limit.pk is None else CHANGE)
        check_fields(limit)
        limit.edited_locally = True
        limit.save()
    return limit
