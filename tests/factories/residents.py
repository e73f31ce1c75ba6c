"""People, households and dwellings made through the real services."""

from datetime import date
from itertools import count
from typing import Any

from stdnum.cn import ric

from core.actor import SYSTEM
from grids.models import Building
from residents.models import Dwelling, Household, Person
from residents.rules.people import PersonDraft
from residents.services import dwelling_register, household_open, person_register

_serial = count(1)


def resident_id(born: date = date(1980, 5, 17), *, division: str = "350921", order: int | None = None) -> str:
    """Return a resident ID number of nobody: right in its parts and its check digit."""
    serial = (next(_serial) if order is None else order) % 1000
    body = f"{division}{born:%Y%m%d}{serial:03d}"
    return body + ric.calc_check_digit(body + "0")


def make_dwelling(building: Building, *, unit: str = "1", room: str = "", **more: Any) -> Dwelling:
    """Make a dwelling in the building."""
    return dwelling_register(
        actor=SYSTEM, building_id=building.pk, unit=unit, room=room or f"{next(_serial)}室", **more
    )


def make_household(place: Building | Dwelling, **more: Any) -> Household:
    """Make a household in a dwelling, or in a new one of the building."""
    dwelling = place if isinstance(place, Dwelling) else make_dwelling(place)
    more.setdefault("opened_on", date(2020, 1, 1))
    return household_open(actor=SYSTEM, dwelling_id=dwelling.pk, **more)


def make_person(household: Household, name: str = "", *, kinship: str = "head", **parts: Any) -> Person:
    """Make a person of the household, with a resident ID unless another document is named."""
    if "document_kind" not in parts:
        parts.setdefault("document_number", resident_id(parts.get("birth_date") or date(1980, 5, 17)))
    draft = PersonDraft(name=name or f"林{'一二三四五六七八九十'[next(_serial) % 10]}明", **parts)
    return person_register(
        actor=SYSTEM,
        household_id=household.pk,
        draft=draft,
        kinship=kinship,
        lived_since=household.opened_on,
    )
