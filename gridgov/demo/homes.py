"""A few households of the demo city with their families and visits, in the grid of the guide's worker.

Everything goes through the services; a whole population is loaded by `seed_population` into another database.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from core import clock
from core.actor import SYSTEM, Actor
from gridgov.demo.cities import City
from grids.models import Building
from organizations.choices import Role
from organizations.models import User
from residents.choices import NeedKind
from residents.models import Household, Need, Person
from residents.rules.people import PersonDraft
from residents.rules.visits import NeedDraft, VisitDraft
from residents.seeding.families import Families, Member
from residents.services import (
    dwelling_register,
    household_open,
    need_answer,
    person_register,
    visit_save,
)

BUILDINGS, HOMES_EACH = 3, 6
_SINCE = timedelta(days=390)


@dataclass(frozen=True, slots=True)
class _Call:
    """A visit some days ago, what was said, and what was answered to it."""

    days_ago: int
    kind: NeedKind | None = None
    text: str = ""
    category: str = ""
    answer: str = ""


# One for each household in turn; None: nobody has been there yet.
_CALLS: Sequence[_Call | None] = (
    _Call(12, NeedKind.WISH, "想给孩子找一张旧书桌", answer="志愿者送来一张书桌，周六送到家里。"),
    _Call(8, NeedKind.OPINION, "希望小区多安几个电动车充电桩"),
    _Call(5, NeedKind.PROBLEM, "单元门口堆了垃圾，好几天没人清", category="0101"),
    _Call(130),
    None,
    _Call(20, NeedKind.WISH, "老人想学会用手机挂号"),
    _Call(35),
    None,
    _Call(210, NeedKind.OPINION, "建议活动室周末也开门", answer="活动室自下月起周末开放。"),
)


def settle(city: City, buildings: Sequence[Building], *, seed: int) -> None:
    """Register the families and play their visits; the same seed gives the same ones."""
    near = [each for each in buildings if each.code[:12] == city.accounts["community"]]
    own = [each for each in near if each.code[:14] == near[0].code[:14]][:BUILDINGS]
    families = Families(random.Random(seed), city.code, clock.today())
    chance = random.Random(seed)
    visitor, answerer = _staff(own[0])
    homes = [
        _home(building, order, families.household(chance.choice((1, 2, 2, 3, 4))))
        for building in own
        for order in range(1, HOMES_EACH + 1)
    ]
    for number, home in enumerate(homes):
        call = _CALLS[number % len(_CALLS)]
        if call is not None:
            _visit(home, call, visitor, answerer)


def _home(building: Building, order: int, members: Sequence[Member]) -> Household:
    dwelling = dwelling_register(
        actor=SYSTEM,
        building_id=building.pk,
        unit=f"{(order + 1) // 2}单元",
        room=f"{(order + 1) // 2}0{order % 2 + 1}",
    )
    since = clock.today() - _SINCE
    home = household_open(actor=SYSTEM, dwelling_id=dwelling.pk, opened_on=since)
    for member in members:
        person_register(
            actor=SYSTEM,
            household_id=home.pk,
            draft=_draft(member),
            kinship=member.kinship,
            lived_since=_since(member, since),
        )
    return home


def _draft(member: Member) -> PersonDraft:
    return PersonDraft(
        name=member.name,
        document_kind=member.document_kind,
        document_number=member.number,
        gender=member.gender,
        birth_date=member.born,
        phone=member.phone,
        population_type=member.population_type,
        political_status=member.political_status,
        registered_division=member.division,
    )


def _since(member: Member, since: date) -> date:
    return max(member.born, since)


def _visit(home: Household, call: _Call, visitor: Actor, answerer: Actor) -> None:
    said: tuple[NeedDraft, ...] = ()
    if call.kind is not None:
        said = (NeedDraft(kind=call.kind, text=call.text, category=call.category),)
    listed = Person.objects.filter(household=home).values_list("pk", flat=True)
    draft = VisitDraft(outcome="met", confirmed=frozenset(listed), needs=said)
    moment = clock.now() - timedelta(days=call.days_ago)
    with clock.frozen_at(moment):
        needs: Sequence[Need] = visit_save(actor=visitor, household_id=home.pk, draft=draft).needs
    if call.answer:
        with clock.frozen_at(moment + timedelta(days=3)):
            need_answer(actor=answerer, need_id=needs[0].pk, answer=call.answer)


def _staff(building: Building) -> tuple[Actor, Actor]:
    """Return the grid's worker and one of the community's staff."""
    people: Any = User.objects.order_by("pk")
    grids = [building.grid_id, building.grid.parent_id]
    worker = people.filter(
        memberships__role=Role.GRID_WORKER, memberships__assignments__grid_id__in=grids
    ).first()
    staff = people.filter(
        memberships__role=Role.COMMUNITY_STAFF, memberships__organization_id=building.grid.community_id
    ).first()
    return Actor.of(worker), Actor.of(staff)
