"""The demo city's people: staff of every level, heads of buildings, and the accounts of the guide."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle, islice
from typing import Any

import yaml

from core import clock
from core.actor import SYSTEM
from gridgov.demo.cities import DATA, City
from gridgov.demo.names import Names
from gridgov.demo.places import Places
from grids.models import Building, Grid
from grids.services.bulk import AssignmentDraft, grids_assign
from organizations.choices import OrganizationKind, Role
from organizations.models import Organization, User
from organizations.services import membership_grant, user_create
from organizations.services.bulk import AccountDraft, PostDraft, memberships_grant, users_create

HELD_FOR = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the guide, as data/accounts.yaml describes it."""

    username: str
    role: str
    place: str
    label: str
    see: str
    title: str = ""


def accounts() -> list[Account]:
    """Return the accounts in the order they are shown."""
    rows: list[dict[str, Any]] = yaml.safe_load((DATA / "accounts.yaml").read_text(encoding="utf-8"))
    return [Account(**row) for row in rows]


def settle(city: City, places: Places, *, password: str, seed: int) -> None:
    """Give the city its people; the accounts of the guide get the password."""
    _Settling(city, places, seed).run(password)


@dataclass(frozen=True, slots=True)
class _Duty:
    """A post in the field with what it looks after."""

    post: PostDraft
    assignment: tuple[Grid, Building | None]


class _Settling:
    """One settling of a city; everybody is numbered, so that no account name occurs twice."""

    def __init__(self, city: City, places: Places, seed: int) -> None:
        self.city, self.places = city, places
        self.names = Names(seed)
        self._serials: dict[str, int] = {}
        self.chance = random.Random(seed)
        self.since: date = clock.today() - HELD_FOR
        self.units = {unit.code: unit for unit in Organization.objects.filter(closed_on=None)}

    def run(self, password: str) -> None:
        for account in accounts():
            self._open(account, password)
        self._offices()
        self._departments()
        self._field()

    def _open(self, account: Account, password: str) -> None:
        place, grid, building = self._place_of(account)
        user = user_create(
            actor=SYSTEM,
            username=account.username,
            full_name=self.names.person(),
            phone=self.names.phone(),
            password=password,
            is_demo=True,
        )
        title = account.title or self.city.titles["head" if building else "large"]
        membership = membership_grant(
            actor=SYSTEM,
            user=user,
            organization=place,
            role=account.role,
            title=title,
            valid_from=self.since,
        )
        if grid is not None:
            draft = AssignmentDraft(
                membership=membership, grid=grid, building=building, valid_from=self.since
            )
            grids_assign(actor=SYSTEM, drafts=[draft])

    def _place_of(self, account: Account) -> tuple[Organization, Grid | None, Building | None]:
        wanted = self.city.accounts
        if account.place == "root":
            return self.places.root, None, None
        if account.place == "outside":
            return self.units[wanted["outside_street"]], None, None
        if account.place in ("grid", "building"):
            community = self.units[wanted["community"]]
            grid = next(grid for grid in self.places.larges if grid.community_id == community.pk)
            if account.place == "grid":
                return community, grid, None
            building = next(each for each in self.places.buildings if each.code.startswith(grid.code[:14]))
            return community, building.grid, building
        return self.units[wanted[account.place]], None, None

    def _offices(self) -> None:
        """Give every street a leader and two staff, every community two staff."""
        posts = (
            (OrganizationKind.STREET, Role.STREET_LEADER, "街道党工委书记", 1),
            (OrganizationKind.STREET, Role.STREET_STAFF, "综合治理办公室干事", 2),
            (OrganizationKind.COMMUNITY, Role.COMMUNITY_STAFF, "社区“两委”委员", 2),
        )
        working = {*self.city.communities, *self.city.community_codes}
        for kind, role, title, count in posts:
            for code in sorted(working):
                unit = self.units[code]
                if unit.kind != kind:
                    continue
                for user in self._users("s", count):
                    membership_grant(
                        actor=SYSTEM,
                        user=user,
                        organization=unit,
                        role=role,
                        title=title,
                        valid_from=self.since,
                    )

    def _departments(self) -> None:
        departments = [unit for unit in self.units.values() if unit.kind == OrganizationKind.DEPARTMENT]
        roles = ((Role.DEPARTMENT_OFFICER, "网格事项联络员"), (Role.DEPARTMENT_LEADER, "分管领导"))
        users = iter(self._users("d", len(departments) * len(roles)))
        drafts = [
            PostDraft(user=next(users), organization=unit, role=role, title=title, valid_from=self.since)
            for unit in departments
            for role, title in roles
        ]
        memberships_grant(actor=SYSTEM, drafts=drafts)

    def _field(self) -> None:
        """Give every grid its workers and every building its head, in the published numbers."""
        workers = list(self._workers())
        heads = list(self._heads())
        duties = [*workers, *heads]
        memberships = memberships_grant(actor=SYSTEM, drafts=[duty.post for duty in duties])
        grids_assign(
            actor=SYSTEM,
            drafts=[
                AssignmentDraft(
                    membership=membership,
                    grid=duty.assignment[0],
                    building=duty.assignment[1],
                    valid_from=self.since,
                )
                for membership, duty in zip(memberships, duties, strict=True)
            ],
        )

    def _workers(self) -> Iterator[_Duty]:
        titles = self.city.titles
        posts = [(grid, titles["large"]) for grid in self.places.larges]
        # The guide's own worker holds the first of them already.
        first = next(
            grid for grid in self.places.larges if grid.community.code == self.city.accounts["community"]
        )
        posts = [post for post in posts if post[0].pk != first.pk]
        posts += islice(
            cycle([(grid, titles["small"]) for grid in self.places.leaves]),
            self.city.grid_workers - 1 - len(posts),
        )
        for user, (grid, title) in zip(self._users("w", len(posts)), posts, strict=True):
            yield _Duty(self._post(user, grid, Role.GRID_WORKER, title), (grid, None))

    def _heads(self) -> Iterator[_Duty]:
        title = self.city.titles["head"]
        account = next(account for account in accounts() if account.place == "building")
        guided = self._place_of(account)[2]
        buildings = [each for each in self.places.buildings[: self.city.building_heads] if each != guided]
        for user, building in zip(self._users("b", len(buildings)), buildings, strict=True):
            member = self.chance.randrange(100) < self.city.party_member_share
            words = f"{title}（党员）" if member else title
            yield _Duty(self._post(user, building.grid, Role.BUILDING_HEAD, words), (building.grid, building))

    def _post(self, user: User, grid: Grid, role: str, title: str) -> PostDraft:
        return PostDraft(
            user=user, organization=grid.community, role=role, title=title, valid_from=self.since
        )

    def _users(self, letter: str, count: int) -> list[User]:
        return users_create(actor=SYSTEM, drafts=[self._draft(letter) for _ in range(count)])

    def _draft(self, letter: str) -> AccountDraft:
        self._serials[letter] = serial = self._serials.get(letter, 0) + 1
        return AccountDraft(
            username=f"{letter}{self.city.code}{serial:04d}",
            full_name=self.names.person(),
            phone=self.names.phone(),
        )
