"""Playing a round of home visits through the real services, in the figures a city has published.

Everything is drawn from the seed: whom the workers meet, what is said, when it is answered and told. The same
seed on the same population plays the same.
"""

import heapq
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import count
from math import ceil
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import clock
from core.actor import SYSTEM, Actor
from core.errors import Denied, Invalid
from gridgov.demo.names import Names
from grids.models import Grid, GridAssignment
from grids.services.bulk import AssignmentDraft, grids_assign
from incidents.models import Incident
from incidents.recipients import checkers_of, owner_ids
from incidents.rules.vocabulary import State, Verb
from incidents.services import incident_perform
from incidents.services import reference as incident_reference
from incidents.services.visit_problems import problems_answer
from organizations.choices import Role
from organizations.models import User
from organizations.services import membership_grant
from organizations.services.bulk import AccountDraft, PostDraft, memberships_grant, users_create
from residents.choices import NeedKind, NeedState
from residents.models import Household, Need, Person, Visit
from residents.rules.visits import NeedDraft, VisitDraft
from residents.selectors.coverage import seen_between
from residents.services import need_answer, visit_save

Progress = Callable[[int, int], None]
# What Fuyu has published: households, and wishes, opinions and problems recorded at their doors.
PUBLISHED_HOUSEHOLDS = 53_524
PUBLISHED = {NeedKind.WISH: 489, NeedKind.OPINION: 193, NeedKind.PROBLEM: 884}
# A little above the 95% that is wanted, as the article says.
MET_SHARE = 0.955
DAYS = 60
_LAST_DAY_OF_NEEDS = 40
_ANSWERED_AFTER, _TOLD_AFTER = timedelta(days=3), timedelta(days=9)
_FIRST_HOUR, _HOURS = time(8, 30), 10
_ABSENT_SHARE = 0.04
_SAID = {
    NeedKind.WISH: ("想给孩子找一张旧书桌", "想学会用手机挂号", "希望有人帮忙换个灯泡", "想要一辆旧轮椅"),
    NeedKind.OPINION: (
        "希望多安几个充电桩",
        "建议活动室周末也开门",
        "希望垃圾早点清运",
        "建议多几张长椅",
    ),
    NeedKind.PROBLEM: (
        "单元门口堆了垃圾，好几天没人清",
        "楼道里堆着纸箱，出入不便",
        "楼前的路灯不亮",
        "楼下井盖松动",
    ),
}
_ANSWERED = {
    NeedKind.WISH: "已联系志愿者，东西和人手都有了。",
    NeedKind.OPINION: "已经报给社区会议，下个月起照此办理。",
}
_CATEGORIES = ("0101", "0204", "0302", "0303")
_SETTLED = "已到现场处理完毕，拍照留存。"
_STEPS: dict[str, Verb] = {
    State.DISPATCHED: Verb.SIGN,
    State.SIGNED: Verb.FINISH,
    State.VERIFYING: Verb.CONFIRM_CHECK,
    State.CALLBACK: Verb.JUDGE_SATISFIED,
}
_MOST_STEPS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What the round came to."""

    households: int
    people: int
    met: int
    visits: int
    needs: dict[str, int]
    unanswered: int
    untold: int


@dataclass(order=True, slots=True)
class _Event:
    """Something at a moment; `serial` keeps the order of what happens at the same one."""

    at: datetime
    serial: int
    act: Callable[[], None] = field(compare=False)


def visits_play(*, seed: int, progress: Progress) -> Played:
    """Play two months of visits that end today; every visit is a transaction of its own.

    Raises Denied in production, Invalid without households or where visits have been recorded already.
    """
    if settings.IS_PRODUCTION:
        raise Denied("production", _("Visits are only played on invented people, never in production."))
    if not Household.objects.open().exists():
        raise Invalid("no_households", _("There are no households. Load a population first."))
    if Visit.objects.exists():
        raise Invalid("visits_there", _("Visits have been recorded here already. Use a fresh population."))
    incident_reference.load(actor=SYSTEM)
    round_ = _Round(seed, progress)
    round_.play()
    return _outcome(round_.first_day.date())


def _outcome(first: Any) -> Played:
    rows = Household.objects.open()
    met = Count("pk", filter=seen_between(first, clock.today()))
    counted = rows.order_by().aggregate(every=Count("pk"), met=met)
    kinds = Need.objects.order_by().values_list("kind").annotate(number=Count("pk"))
    states = Need.objects.aggregate(
        open=Count("pk", filter=Q(state=NeedState.OPEN)),
        answered=Count("pk", filter=Q(state=NeedState.ANSWERED)),
    )
    return Played(
        households=counted["every"],
        people=Person.objects.present().count(),
        met=counted["met"],
        visits=Visit.objects.count(),
        needs=dict(kinds),
        unanswered=states["open"],
        untold=states["answered"],
    )


class _Round:
    """One round: a heap of moments, at which doors are knocked at, answers given and told."""

    def __init__(self, seed: int, progress: Progress) -> None:
        self.chance = random.Random(seed)
        self.progress = progress
        self.names = Names(seed % 97)
        self.first_day = _midnight() - timedelta(days=DAYS - 1)
        self.events: list[_Event] = []
        self.serials = count()
        self.done = 0
        self.workers: dict[int, User] = {}
        self.staff: dict[int, User] = {}

    def play(self) -> None:
        homes = list(Household.objects.open().order_by("grid_id", "building_id", "pk"))
        met = sorted(self.chance.sample(range(len(homes)), ceil(len(homes) * MET_SHARE)))
        saying = self._saying(met)
        with clock.frozen_at(self.first_day):
            self._people(homes)
        for place in met:
            needs = saying.get(place, ())
            day = self.chance.randrange(_LAST_DAY_OF_NEEDS if needs else DAYS)
            moment = self._moment(day)
            if self.chance.random() < _ABSENT_SHARE and day:
                self._at(self._moment(day - 1), self._knock, homes[place])
            self._at(moment, self._meet, homes[place], needs)
        end = clock.now()
        while self.events:
            event = heapq.heappop(self.events)
            with clock.frozen_at(min(event.at, end)):
                event.act()
            self.done += 1
            self.progress(self.done, self.done + len(self.events))

    def _saying(self, met: Sequence[int]) -> dict[int, list[NeedDraft]]:
        """Deal the published numbers of needs to the households, in proportion where there are fewer."""
        share = min(1.0, len(met) / (PUBLISHED_HOUSEHOLDS * MET_SHARE))
        said: dict[int, list[NeedDraft]] = {}
        for kind, number in PUBLISHED.items():
            for _each in range(max(1, round(number * share))):
                category = self.chance.choice(_CATEGORIES) if kind is NeedKind.PROBLEM else ""
                draft = NeedDraft(kind=kind.value, text=self.chance.choice(_SAID[kind]), category=category)
                said.setdefault(self.chance.choice(met), []).append(draft)
        return said

    def _knock(self, home: Household) -> None:
        visit_save(actor=self._visitor(home), household_id=home.pk, draft=VisitDraft(outcome="absent"))

    def _meet(self, home: Household, needs: Sequence[NeedDraft]) -> None:
        people = frozenset(Person.objects.filter(household=home).values_list("pk", flat=True))
        waiting = frozenset(Need.objects.to_feed_back().filter(household=home).values_list("pk", flat=True))
        draft = VisitDraft(outcome="met", confirmed=people, needs=tuple(needs), told=waiting)
        saved = visit_save(actor=self._visitor(home), household_id=home.pk, draft=draft)
        if saved.needs:
            now = clock.now()
            self._at(now + _ANSWERED_AFTER, self._answer, home, saved.needs)
            self._at(now + _TOLD_AFTER, self._meet, home, ())

    def _answer(self, home: Household, needs: Sequence[Need]) -> None:
        for need in needs:
            if need.incident_id is not None:
                self._settle(need.incident_id)
            else:
                answer = _ANSWERED[NeedKind(need.kind)]
                need_answer(actor=self._answerer(home), need_id=need.pk, answer=answer)
        problems_answer()

    def _settle(self, incident_id: int) -> None:
        """Take an incident to its end, each step by somebody whose step it is."""
        for _step in range(_MOST_STEPS):
            incident = Incident.objects.select_related("category", "community", "street").get(pk=incident_id)
            verb = _STEPS.get(incident.state)
            if verb is None:
                return
            given = {} if verb in {Verb.SIGN, Verb.JUDGE_SATISFIED} else {"note": _SETTLED}
            user = User.objects.get(pk=min(_whose_step(incident, verb)))
            incident_perform(actor=Actor.of(user), incident_id=incident_id, verb=verb, given=given)

    def _visitor(self, home: Household) -> Actor:
        return Actor.of(self.workers[home.grid_id]) if home.grid_id else self._answerer(home)

    def _answerer(self, home: Household) -> Actor:
        return Actor.of(self.staff[home.community_id])

    def _at(self, moment: datetime, act: Callable[..., None], *given: Any) -> None:
        heapq.heappush(self.events, _Event(moment, next(self.serials), lambda: act(*given)))

    def _moment(self, day: int) -> datetime:
        opening = self.first_day + timedelta(days=day, hours=_FIRST_HOUR.hour, minutes=_FIRST_HOUR.minute)
        return opening + timedelta(seconds=self.chance.randrange(_HOURS * 3600))

    def _people(self, homes: Sequence[Household]) -> None:
        """Find a worker for every grid and staff for every community; who is missing is taken on."""
        grids = {home.grid_id for home in homes if home.grid_id}
        held = GridAssignment.objects.valid_on(clock.today()).filter(grid_id__in=grids, building=None)
        for row in held.select_related("membership__user").order_by("-pk"):
            self.workers[row.grid_id] = row.membership.user
        for community in {home.community_id for home in homes}:
            known = User.objects.filter(
                memberships__organization_id=community, memberships__role=Role.COMMUNITY_STAFF
            )
            found = known.order_by("pk").first()
            if found is not None:
                self.staff[community] = found
        self._take_on(Grid.objects.filter(pk__in=grids - self.workers.keys()).select_related("community"))

    def _take_on(self, grids: Any) -> None:
        """Give communities without staff one person, and grids without a worker one worker."""
        missing = list(grids.order_by("code"))
        empty = sorted(
            {grid.community for grid in missing if grid.community_id not in self.staff},
            key=lambda unit: unit.code,
        )
        users = iter(users_create(actor=SYSTEM, drafts=list(self._accounts(len(missing) + len(empty)))))
        since = clock.today()
        for unit in empty:
            self.staff[unit.pk] = next(users)
            membership_grant(
                actor=SYSTEM,
                user=self.staff[unit.pk],
                organization=unit,
                role=Role.COMMUNITY_STAFF,
                valid_from=since,
            )
        posts = [
            PostDraft(user=user, organization=grid.community, role=Role.GRID_WORKER, valid_from=since)
            for grid, user in zip(missing, users, strict=True)
        ]
        drafts = []
        for grid, membership in zip(missing, memberships_grant(actor=SYSTEM, drafts=posts), strict=True):
            self.workers[grid.pk] = membership.user
            drafts.append(AssignmentDraft(membership=membership, grid=grid, building=None, valid_from=since))
        grids_assign(actor=SYSTEM, drafts=drafts)

    def _accounts(self, number: int) -> Iterator[AccountDraft]:
        for serial in range(1, number + 1):
            yield AccountDraft(
                username=f"v{serial:05d}", full_name=self.names.person(), phone=self.names.phone()
            )


def _whose_step(incident: Incident, verb: Verb) -> frozenset[int]:
    if verb is Verb.JUDGE_SATISFIED:
        return frozenset() if incident.reporter_id is None else frozenset({incident.reporter_id})
    return checkers_of(incident) if verb is Verb.CONFIRM_CHECK else owner_ids(incident)


def _midnight() -> datetime:
    return timezone.make_aware(datetime.combine(clock.today(), time.min))
