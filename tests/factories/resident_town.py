"""Two communities of one street with a household or two, for tests of residents."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from core.actor import Actor
from grids.models import Building, Grid
from organizations.choices import Role
from organizations.models import Organization, User
from residents.models import Household, Person
from tests.factories.grids import make_building, make_grid
from tests.factories.organizations import make_city, make_community, make_street, make_user
from tests.factories.residents import make_household, make_person

BEGUN = date(2020, 1, 1)
DAY = date(2024, 6, 1)


@dataclass(frozen=True, slots=True)
class Town:
    """`household` has a couple and their child; `near` is empty, next door; `far` in another community."""

    city: Organization
    street: Organization
    community: Organization
    other: Organization
    grid: Grid
    other_grid: Grid
    building: Building
    other_building: Building
    household: Household
    near: Household
    far: Household
    head: Person
    spouse: Person
    child: Person

    def user(self, role: str = Role.COMMUNITY_STAFF, *, there: bool = False) -> User:
        """Return somebody with a post in the community, or in the other one."""
        community, grid = (self.other, self.other_grid) if there else (self.community, self.grid)
        place = {Role.CITY_GRID_OFFICE: self.city, Role.AUDITOR: self.city, Role.STREET_STAFF: self.street}
        return make_user(role, place.get(Role(role), community), grid if role == Role.GRID_WORKER else None)

    def actor(self, role: str = Role.COMMUNITY_STAFF, *, there: bool = False) -> Actor:
        """Return the same as an actor."""
        return Actor.of(self.user(role, there=there))


def make_town() -> Town:
    """Make the town."""
    city = make_city()
    street = make_street(city)
    community, other = make_community(street), make_community(street)
    grid, other_grid = make_grid(community), make_grid(other)
    building, other_building = make_building(grid), make_building(other_grid)
    household = make_household(building)
    return Town(
        city=city,
        street=street,
        community=community,
        other=other,
        grid=grid,
        other_grid=other_grid,
        building=building,
        other_building=other_building,
        household=household,
        near=make_household(building),
        far=make_household(other_building),
        head=make_person(household, "林一", birth_date=date(1980, 5, 17)),
        spouse=make_person(household, "陈二", kinship="spouse", birth_date=date(1982, 3, 2)),
        child=make_person(household, "林三", kinship="child", birth_date=date(2015, 9, 9)),
    )


def fresh(*rows: Any) -> Any:
    """Return the rows as the database has them now; one alone where one is asked for."""
    again = [type(row)._default_manager.get(pk=row.pk) for row in rows]
    return again[0] if len(again) == 1 else again
