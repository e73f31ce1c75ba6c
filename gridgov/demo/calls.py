"""Visits to the demo's families: some seen lately, some long ago, some never, and what they need."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core import clock
from core.actor import SYSTEM, Actor
from grids.models import Grid
from organizations.choices import Role
from organizations.models import User
from residents.choices import NeedKind
from residents.models import Household, Need, Person
from residents.rules.visits import NeedDraft, VisitDraft
from residents.services import need_answer, visit_save

_KNOWN_FOR = timedelta(days=300)


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


def play(grid: Grid) -> None:
    """Play the visits through the services, in the order of the households."""
    visitor, answerer = _staff(grid)
    rows = Household.objects.open().filter(grid=grid, opened_on__lte=clock.today() - _KNOWN_FOR)
    homes = rows.filter(people__isnull=False).distinct().order_by("pk")
    for number, home in enumerate(homes):
        call = _CALLS[number % len(_CALLS)]
        if call is not None:
            _visit(home, call, visitor, answerer)


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


def _staff(grid: Grid) -> tuple[Actor, Actor]:
    """Return the grid's worker, the guide's own if there is one, and one of the community's staff."""
    people: Any = User.objects.order_by("pk")
    worker = people.filter(
        memberships__role=Role.GRID_WORKER,
        memberships__assignments__grid_id__in=[grid.pk, grid.parent_id],
    ).first()
    staff = people.filter(
        memberships__role=Role.COMMUNITY_STAFF, memberships__organization_id=grid.community_id
    ).first()
    return (Actor.of(worker) if worker else SYSTEM), (Actor.of(staff) if staff else SYSTEM)
