"""A town with one unit and one person of each level, and incidents with clocks set by hand."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from core import clock
from grids.models import Grid
from incidents.models import Category, Clock, Incident, IncidentEvent
from incidents.rules.vocabulary import ClockKind, Colour, Level, State
from incidents.services.sweep import SweepResult, sweep_due
from organizations.choices import Role
from organizations.models import Organization, User
from tests.factories.grids import make_grid
from tests.factories.organizations import make_city, make_community, make_department, make_street, make_user

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
_serial = count(1)


@dataclass
class Town:
    """One unit and one person of each level."""

    city: Organization
    street: Organization
    community: Organization
    department: Organization
    grid: Grid
    office: User
    leader: User
    staff: User
    officer: User
    worker: User
    category: Category

    def incident(self, level: Level = Level.GRID, **changes: Any) -> Incident:
        owners = {Level.STREET: self.street, Level.DEPARTMENT: self.department, Level.CITY: self.city}
        values = {
            "number": f"N{next(_serial)}",
            "category": self.category,
            "description": "路灯不亮",
            "grid": self.grid,
            "community": self.community,
            "street": self.street,
            "state": State.DISPATCHED,
            "colour": Colour.BLUE,
            "colour_rank": 4,
            "owner_level": level,
            "owner_organization": owners.get(level, self.community),
            "channel": "grid_worker",
            "reported_at": NOW - 10 * HOUR,
            "due_at": NOW - HOUR,
            "first_due_at": NOW - HOUR,
        }
        return Incident.objects.create(**values | changes)

    def clock(
        self, incident: Incident, kind: ClockKind = ClockKind.RESOLVE, *, due: datetime, **changes: Any
    ) -> Clock:
        warn = due - 2 * HOUR
        values = {
            "incident": incident,
            "organization": incident.owner_organization,
            "kind": kind,
            "started_at": due - 10 * HOUR,
            "warn_at": warn,
            "due_at": due,
            "fires_at": due if changes.get("stage") else warn,
        }
        return Clock.objects.create(**values | changes)


def make_town() -> Town:
    city = make_city()
    street = make_street(city)
    community = make_community(street)
    department = make_department(city)
    grid = make_grid(community)
    return Town(
        city=city,
        street=street,
        community=community,
        department=department,
        grid=grid,
        office=make_user(Role.CITY_GRID_OFFICE, city),
        leader=make_user(Role.STREET_LEADER, street),
        staff=make_user(Role.COMMUNITY_STAFF, community),
        officer=make_user(Role.DEPARTMENT_OFFICER, department),
        worker=make_user(Role.GRID_WORKER, community, grid),
        category=Category.objects.create(
            code="X1", group="g", name="路灯", colour="blue", respond_within="2h", close_within="24h"
        ),
    )


def sweep(moment: datetime = NOW) -> SweepResult:
    """Sweep once at the moment."""
    with clock.frozen_at(moment):
        return sweep_due()


def story(incident: Incident) -> list[tuple[str, str, str]]:
    """Return what happened to an incident, as (verb, before, after)."""
    rows = IncidentEvent.objects.filter(incident=incident).order_by("id")
    return list(rows.values_list("verb", "from_state", "to_state"))
