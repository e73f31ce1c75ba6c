"""An invented city for measuring, loaded by COPY. Scale 1 is a large county-level city: 445 level-1 and 3,372
level-2 grids, 22,000 grid workers, 1,370,000 incidents of which 20,000 are open.

The same scale always gives the same rows. Buildings are left out, because nothing measured reads them.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection

from core import tree
from core.copying import copy_rows
from grids.models import Grid, GridAssignment
from incidents.choices import RuleSetStatus
from incidents.models import (
    Category,
    Clock,
    EscalationLadder,
    Incident,
    Participation,
    RoutingRule,
    RuleSet,
    TimeLimit,
)
from incidents.rules.vocabulary import Channel, ClockKind, Colour, Level, State
from incidents.rules.workflow import OPEN_STATES
from organizations.choices import OrganizationKind, Role
from organizations.models import Membership, Organization, TierTemplate, User
from organizations.services.reference import DEFAULT_TEMPLATE, load_roles, load_tier_templates
from tests.benchmarks.copying import searched_later
from tests.benchmarks.words import told

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # a Monday, ten in the morning in Shanghai
LONG_AGO = date(2020, 1, 1)
DEPARTMENTS, CATEGORIES = 52, 74
COLOURS = tuple(Colour)
OFFICES = {
    OrganizationKind.CITY: (Role.CITY_GRID_OFFICE, 5),
    OrganizationKind.STREET: (Role.STREET_STAFF, 3),
    OrganizationKind.COMMUNITY: (Role.COMMUNITY_STAFF, 3),
    OrganizationKind.DEPARTMENT: (Role.DEPARTMENT_OFFICER, 3),
}


@dataclass(frozen=True)
class Size:
    """How many of everything at a scale; a test may ask for its own number of incidents."""

    scale: float
    all_incidents: int | None = None
    open_incidents: int | None = None

    def of(self, at_one: int, least: int) -> int:
        """Return a number in proportion, but not less than what makes a city."""
        return max(least, round(at_one * self.scale))

    @property
    def incidents(self) -> int:
        """How many incidents there are."""
        return self.all_incidents or self.of(1_370_000, 200)

    @property
    def open(self) -> int:
        """How many of them are open."""
        return self.open_incidents or self.of(20_000, 40)


@dataclass(kw_only=True)
class City:
    """Ids of what was made, by what it is."""

    root: int
    streets: list[int] = field(default_factory=list)
    communities: list[tuple[int, int]] = field(default_factory=list)
    departments: list[int] = field(default_factory=list)
    grids: list[tuple[int, int, int]] = field(default_factory=list)


def load_city(size: Size) -> None:
    """Fill an empty, migrated database."""
    load_tier_templates()
    load_roles()
    city = _organizations(size)
    _grids(size, city)
    _people(size, city)
    _reference()
    chance = random.Random(20260302)
    with searched_later():
        copy_rows(Incident, INCIDENT_FIELDS, _incidents(size, city, chance))
        _clocks_and_participations()
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('incident_number_seq', %s)", [size.incidents + 1])
        cursor.execute("VACUUM ANALYZE")


def _organizations(size: Size) -> City:
    city = City(root=1)
    template = TierTemplate.objects.get(code=DEFAULT_TEMPLATE).pk
    rows: list[tuple[Any, ...]] = [(1, "350500000000", "测试市", OrganizationKind.CITY, None, template)]
    for _ in range(size.of(27, 3)):
        pk = len(rows) + 1
        city.streets.append(pk)
        rows.append((pk, f"3505{pk:05d}000", f"第{pk}街道", OrganizationKind.STREET, 1, None))
    for number in range(size.of(428, 6)):
        pk, street = len(rows) + 1, city.streets[number % len(city.streets)]
        city.communities.append((pk, street))
        rows.append((pk, f"35{pk:010d}", f"第{pk}社区", OrganizationKind.COMMUNITY, street, None))
    for _ in range(DEPARTMENTS):
        pk = len(rows) + 1
        city.departments.append(pk)
        rows.append((pk, f"D{pk}", f"第{pk}局", OrganizationKind.DEPARTMENT, 1, None))
    names = ("id", "code", "name", "kind", "parent", "tier_template", *_bounds(Organization), *_STAMPS)
    copy_rows(Organization, names, ((*row, 0, 0, 0, 0, NOW, NOW) for row in rows))
    tree.rebuild(Organization)
    return city


def _grids(size: Size, city: City) -> None:
    first = [(pk, *city.communities[pk % len(city.communities)]) for pk in range(1, size.of(445, 6) + 1)]
    rows: list[tuple[Any, ...]] = [
        (pk, f"{pk:015d}", f"第{pk}网格", 1, community, None) for pk, community, _street in first
    ]
    for number in range(size.of(3_372, 12)):
        pk, (parent, community, street) = len(rows) + 1, first[number % len(first)]
        rows.append((pk, f"{pk:015d}", f"第{pk}网格", 2, community, parent))
        city.grids.append((pk, community, street))
    names = ("id", "code", "name", "tier", "community", "parent", *_bounds(Grid), *_STAMPS)
    copy_rows(Grid, names, ((*row, 0, 0, 0, 0, NOW, NOW) for row in rows))
    tree.rebuild(Grid)


def _people(size: Size, city: City) -> None:
    held: list[tuple[int, str]] = []
    for pks, kind in (
        ([city.root], OrganizationKind.CITY),
        (city.streets, OrganizationKind.STREET),
        ([pk for pk, _street in city.communities], OrganizationKind.COMMUNITY),
        (city.departments, OrganizationKind.DEPARTMENT),
    ):
        role, people = OFFICES[kind]
        held += [(pk, role) for pk in pks for _ in range(people)]
    workers = [city.grids[number % len(city.grids)] for number in range(size.of(22_000, 24))]
    first_worker = len(held) + 1
    held += [(community, Role.GRID_WORKER) for _grid, community, _street in workers]
    copy_rows(
        User,
        ("id", "username", "password", "full_name"),
        ((pk, f"person{pk}", "!", f"员工{pk}") for pk in range(1, len(held) + 1)),
    )
    copy_rows(
        Membership,
        ("id", "user", "organization", "role", "valid_from"),
        ((pk, pk, organization, role, LONG_AGO) for pk, (organization, role) in enumerate(held, 1)),
    )
    copy_rows(
        GridAssignment,
        ("membership", "grid", "valid_from"),
        ((pk, grid, LONG_AGO) for pk, (grid, _community, _street) in enumerate(workers, first_worker)),
    )


def _reference() -> None:
    copy_rows(
        Category,
        ("id", "code", "group", "name", "colour", "respond_within", "close_within"),
        (
            (
                pk,
                f"C{pk:03d}",
                f"第{pk % 9}类",
                f"第{pk}种事件",
                COLOURS[pk % 4],
                *LIMITS[COLOURS[pk % 4]][:2],
            )
            for pk in range(1, CATEGORIES + 1)
        ),
    )
    kinds = (ClockKind.SIGN, ClockKind.RESOLVE, ClockKind.VERIFY, ClockKind.RECTIFY)
    TimeLimit.objects.bulk_create(
        TimeLimit(colour=colour, clock_kind=kind, limit=limit)
        for colour, limits in LIMITS.items()
        for kind, limit in zip(kinds, limits, strict=True)
    )
    # Street and city hear of every step of a red incident, as in the ladders that ship.
    EscalationLadder.objects.create(colour=Colour.RED, rungs=list(Level), told=[Level.STREET, Level.CITY])
    rules = RuleSet.objects.create(number=1, name="网格首接", created_at=NOW, edited_at=NOW)
    RoutingRule.objects.create(
        rule_set=rules,
        code="everything",
        name="网格首接",
        order=1000,
        owner_level=Level.GRID,
        valid_from=LONG_AGO,
    )
    RuleSet.objects.filter(pk=rules.pk).update(status=RuleSetStatus.ACTIVE, valid_from=NOW)


def _incidents(size: Size, city: City, chance: random.Random) -> Iterator[tuple[Any, ...]]:
    oldest = timedelta(days=3 * 365)
    for pk in range(1, size.incidents + 1):
        is_open = pk > size.incidents - size.open
        grid, community, street = chance.choice(city.grids)
        category = chance.randint(1, CATEGORIES)
        colour = COLOURS[category % 4]
        department = chance.choice(city.departments) if chance.random() < 0.6 else None
        level = chance.choices(OWNED, OWNED_SHARE)[0] if department else chance.choice(OWNED[:3])
        owner = {Level.STREET: street, Level.DEPARTMENT: department}.get(level, community)
        age = timedelta(hours=chance.random() * 48) if is_open else oldest * chance.random()
        reported = NOW - age - timedelta(days=0 if is_open else 16)
        state = chance.choice(WORKED) if is_open else State.CLOSED
        due = reported + HANDLING_TIME
        closed = None if is_open else reported + timedelta(days=2)
        yield (
            *(
                pk,
                f"{reported:%y%m%d}{pk:08d}",
                category,
                *told(chance, pk),
                grid,
                community,
            ),
            *(street, state, colour, colour.rank, level, owner, department, Channel.GRID_WORKER),
            *(reported, due, due, closed, closed),
        )


def _clocks_and_participations() -> None:
    """Every open incident has a handling limit, and one to sign by until it is signed for."""
    open_rows = list(
        Incident.objects.open().values_list("pk", "owner_organization_id", "state", "reported_at", "due_at")
    )
    clocks = [
        (pk, owner, kind, reported, warn, due, warn, HANDLING_LIMIT)
        for pk, owner, state, reported, due in open_rows
        for warn in (reported + (due - reported) * 0.8,)
        for kind in (
            (ClockKind.SIGN, ClockKind.RESOLVE) if state == State.DISPATCHED else (ClockKind.RESOLVE,)
        )
    ]
    names = ("incident", "organization", "kind", "started_at", "warn_at", "due_at", "fires_at", "limit")
    copy_rows(Clock, names, clocks)
    involved = Incident.objects.exclude(lead_department=None).values_list("pk", "lead_department_id", "state")
    rows = [(pk, department, NOW, state in OPEN_STATES) for pk, department, state in involved.iterator()]
    copy_rows(Participation, ("incident", "organization", "since", "is_open"), rows)


def _bounds(model: Any) -> tuple[str, ...]:
    names = model._mptt_meta
    return names.left_attr, names.right_attr, names.tree_id_attr, names.level_attr


_STAMPS = ("created_at", "updated_at")
# For signing, handling, verdict and rectification.
LIMITS = {
    Colour.RED: ("30min", "24h", "3d", "24h"),
    Colour.ORANGE: ("2h", "24h", "3d", "2wd"),
    Colour.YELLOW: ("1wd", "7d", "3d", "3wd"),
    Colour.BLUE: ("1wd", "15d", "3d", "5wd"),
}
# What the generated incidents were given, whatever their colour.
HANDLING_TIME, HANDLING_LIMIT = timedelta(days=3), "3d"
OWNED = (Level.GRID, Level.COMMUNITY, Level.STREET, Level.DEPARTMENT)
OWNED_SHARE = (40, 25, 15, 20)
WORKED = (State.DISPATCHED, State.SIGNED, State.HANDLING)
INCIDENT_FIELDS = (
    *("id", "number", "category", "description", "address", "grid", "community"),
    *("street", "state", "colour", "colour_rank", "owner_level", "owner_organization", "lead_department"),
    *("channel", "reported_at", "due_at", "first_due_at", "handled_at", "closed_at"),
)
