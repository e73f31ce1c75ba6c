"""Filling a city with people by COPY: dwellings and households first, then everybody in them."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from core.copying import copy_rows
from core.errors import Conflict, Denied, Invalid
from core.locks import LockName, lock_for_transaction
from core.pinyin import initials, sounds
from residents.choices import DwellingUse, HouseholdKind, Source
from residents.models import Dwelling, Household, Person
from residents.rules.documents import Document
from residents.sealing import seal_document, seal_phone
from residents.seeding.families import Families, sizes
from residents.seeding.places import Leaf, Size, build_buildings, build_grids, known_cities

Progress = Callable[[str, int, int], None]
# Ages and dates are told from this day, whenever the command runs: the same seed is the same population.
AS_OF = date(2026, 10, 1)
_EMPTY_SHARE = 0.06
_CHUNK = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """How many rows were added."""

    buildings: int
    dwellings: int
    households: int
    people: int


def population_seed(
    *, code: str, scale: float, seed: int, progress: Progress, size: Size | None = None
) -> Seeded:
    """Fill the city in one transaction; the same code, scale and seed give the same people.

    Raises Denied in production, Invalid for an unknown city, Conflict where residents are kept already.
    """
    if settings.IS_PRODUCTION:
        raise Denied("production", _("An invented population is never loaded into production."))
    size = size or known_cities().get(code)
    if size is None:
        raise Invalid("city_unknown", _("The size of this city is not known."), field="city")
    with transaction.atomic():
        lock_for_transaction(LockName.DEMO_LOAD)
        if Person.objects.exists():
            raise Conflict(
                "people_there", _("Residents are kept in this database already. Use an empty one.")
            )
        seeded = _fill(code, _scaled(size, scale), seed, progress)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE residents_person, residents_household, residents_dwelling, grids_building")
    return seeded


def _scaled(size: Size, scale: float) -> Size:
    def of(number: int) -> int:
        return max(1, round(number * scale))

    return replace(size, people=of(size.people), households=of(size.households), buildings=of(size.buildings))


def _fill(code: str, size: Size, seed: int, progress: Progress) -> Seeded:
    chance = random.Random(seed)
    leaves = build_grids(code, size)
    buildings = build_buildings(leaves, size.buildings, size, chance)
    progress(_("buildings"), size.buildings, size.buildings)
    homes = sizes(size.people, size.households, chance)
    empty = round(size.households * _EMPTY_SHARE)
    first_dwelling, first_household = _next(Dwelling), _next(Household)
    homes_at = [buildings[number % len(buildings)] for number in range(len(homes) + empty)]
    copy_rows(Dwelling, _DWELLING, _dwellings(homes_at, len(homes), first_dwelling, chance))
    copy_rows(Household, _HOUSEHOLD, _households(homes, homes_at, first_household, first_dwelling, chance))
    progress(_("households"), len(homes), len(homes))
    families = Families(chance, code, AS_OF)
    copy_rows(Person, _PERSON, _people(families, homes, homes_at, first_household, progress))
    return Seeded(
        buildings=size.buildings,
        dwellings=len(homes_at),
        households=len(homes),
        people=size.people,
    )


def _next(model: Any) -> int:
    last: int | None = model.objects.order_by("-pk").values_list("pk", flat=True).first()
    return (last or 0) + 1


_PLACE = ("building", "grid", "community", "street")
_DWELLING = ("id", *_PLACE, "unit", "room", "use", "area", "reported_source")
_HOUSEHOLD = ("id", *_PLACE, "dwelling", "kind", "opened_on", "registered_on", "source")
_PERSON = (
    *("household", *_PLACE, "kinship", "name", "pinyin", "initials", "gender", "birth_date"),
    *("document_kind", "document_sealed", "document_mark", "phone_sealed", "phone_mark", "phone_tail_mark"),
    *("population_type", "political_status", "registered_division", "lived_since", "source", "as_of"),
)
Home = tuple[int, Leaf]


def _place(home: Home) -> tuple[int, int, int, int]:
    building, leaf = home
    return building, leaf.grid_id, leaf.community_id, leaf.street_id


def _dwellings(
    homes_at: Sequence[Home], lived_in: int, first: int, chance: random.Random
) -> Iterator[tuple[Any, ...]]:
    rooms: dict[int, int] = {}
    for number, home in enumerate(homes_at):
        order = rooms[home[0]] = rooms.get(home[0], 0) + 1
        floor, door = (order - 1) // 4 + 1, (order - 1) % 4 + 1
        use = chance.choices(_USES, _USE_SHARES)[0] if number < lived_in else DwellingUse.VACANT
        area = round(chance.uniform(45, 180), 1)
        yield (first + number, *_place(home), f"{(door + 1) // 2}单元", f"{floor}{door:02d}", use, area, "")


_USES = (DwellingUse.OWNED, DwellingUse.RENTED, DwellingUse.BUSINESS)
_USE_SHARES = (0.8, 0.16, 0.04)


def _households(
    homes: Sequence[int], homes_at: Sequence[Home], first: int, first_dwelling: int, chance: random.Random
) -> Iterator[tuple[Any, ...]]:
    for number, size in enumerate(homes):
        since = AS_OF - timedelta(days=chance.randint(200, 9_000))
        kind = HouseholdKind.COLLECTIVE if size >= 12 else HouseholdKind.FAMILY
        place = _place(homes_at[number])
        yield (first + number, *place, first_dwelling + number, kind, since, None, Source.SHARED)


def _people(
    families: Families,
    homes: Sequence[int],
    homes_at: Sequence[Home],
    first: int,
    progress: Progress,
) -> Iterator[tuple[Any, ...]]:
    done, total = 0, sum(homes)
    for number, size in enumerate(homes):
        place = _place(homes_at[number])
        for member in families.household(size):
            document = seal_document(Document(member.document_kind, member.number))
            phone = seal_phone(member.phone)
            yield (
                *(first + number, *place, member.kinship, member.name, sounds(member.name)),
                *(initials(member.name), member.gender.value, member.born),
                *(document.document_kind, document.document_sealed, document.document_mark),
                *(phone.phone_sealed, phone.phone_mark, phone.phone_tail_mark),
                *(member.population_type, member.political_status, member.division),
                *(max(member.born, AS_OF - timedelta(days=200)), Source.SHARED, AS_OF),
            )
            done += 1
            if done % _CHUNK == 0 or done == total:
                progress(_("people"), done, total)
