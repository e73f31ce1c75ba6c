"""Who is told when, at which unit: everybody in working time, whoever is on duty outside it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from incidents.models import DutyShift

# Organisation → the people on its duty roster at one moment.
OnDuty = Mapping[int, list[int]]


def on_duty(organization_ids: Iterable[int], moment: datetime) -> OnDuty:
    """Return who is on duty at each of the units at a moment; one query, none without units. Source: R-87."""
    wanted = list(organization_ids)
    if not wanted:
        return {}
    rows = DutyShift.objects.covering(moment).filter(organization_id__in=wanted, person__is_active=True)
    found: dict[int, list[int]] = {}
    for unit, person in rows.order_by("pk").values_list("organization_id", "person_id"):
        found.setdefault(unit, []).append(person)
    return found
