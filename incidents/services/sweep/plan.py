"""What the sweep reads about an incident, and the rows it is going to write; plain data only."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from incidents.rules.vocabulary import ClockKind, Colour, Level, State
from incidents.rules.workflow import Transition

WARNED, RAN_OUT = 1, 2  # the steps of a clock


class Unit(NamedTuple):
    """Who is told: the people of an organisation, or the workers of a grid."""

    is_grid: bool
    pk: int


@dataclass(slots=True, kw_only=True)
class ClockRow:
    """A clock that has not been stopped, changed in place while the incident is decided."""

    pk: int
    kind: ClockKind
    organization_id: int
    response_id: int | None
    stage: int
    due_at: datetime
    fires_at: datetime | None
    stopped: bool = False
    changed: bool = False

    def take(self, step: int) -> None:
        """Note that a step has been taken: after the warning it fires when due, then never again."""
        self.stage, self.changed = step, True
        self.fires_at = self.due_at if step == WARNED else None

    def stop(self) -> None:
        """Stop it for good."""
        self.stopped, self.changed, self.fires_at = True, True, None

    def hand_on(self, organization_id: int) -> None:
        """Let it go on as the limit of another unit."""
        self.organization_id, self.changed = organization_id, True

    def is_due(self, now: datetime) -> bool:
        """Tell whether a step of it is due."""
        return self.fires_at is not None and self.fires_at <= now

    def runs(self) -> bool:
        """Tell whether it will still fire."""
        return not self.stopped and self.fires_at is not None


@dataclass(kw_only=True)
class Overdue:
    """An incident as it stands under the lock, with its running clocks."""

    pk: int
    number: str
    state: State
    colour: Colour
    category_id: int
    category: str
    level: Level
    owner_id: int
    grid_id: int | None
    community_id: int | None
    street_id: int | None
    lead_department_id: int | None
    city_id: int | None
    whistled: bool
    due_at: datetime
    clocks: list[ClockRow] = field(default_factory=list)

    @property
    def organizations(self) -> dict[Level, int | None]:
        """Return the unit that would own the incident at each level."""
        return {
            Level.GRID: self.community_id if self.grid_id else None,
            Level.COMMUNITY: self.community_id,
            Level.STREET: self.street_id,
            Level.DEPARTMENT: self.lead_department_id,
            Level.CITY: self.city_id,
        }

    @cached_property
    def levels(self) -> frozenset[Level]:
        """Return the levels the incident has a unit at."""
        return frozenset(level for level, pk in self.organizations.items() if pk is not None)

    def own_clocks(self) -> list[ClockRow]:
        """Return the clocks of the incident itself, without those of whistled departments."""
        return [clock for clock in self.clocks if clock.response_id is None]

    def owner_unit(self) -> Unit:
        """Return who owns it now."""
        if self.level is Level.GRID and self.grid_id is not None:
            return Unit(is_grid=True, pk=self.grid_id)
        return Unit(is_grid=False, pk=self.owner_id)

    def units_at(self, levels: Iterable[Level]) -> list[Unit]:
        """Return who is told at each of the levels it has a unit at; at its own level, the owner."""
        found = []
        for level in levels:
            pk = self.organizations[level]
            if level is self.level:
                found.append(self.owner_unit())
            elif level is Level.GRID and self.grid_id is not None:
                found.append(Unit(is_grid=True, pk=self.grid_id))
            elif pk is not None:
                found.append(Unit(is_grid=False, pk=pk))
        return found


class Change(NamedTuple):
    """What an incident becomes; its version rises by one."""

    pk: int
    state: str
    level: str
    owner_id: int
    due_at: datetime
    supervised: bool
    closed_at: datetime | None


class ClockChange(NamedTuple):
    """What a clock becomes."""

    pk: int
    stage: int
    organization_id: int
    fires_at: datetime | None
    stopped_at: datetime | None


class FreshClock(NamedTuple):
    """A clock that starts."""

    incident_id: int
    organization_id: int
    kind: str
    warn_at: datetime
    due_at: datetime


class EventRow(NamedTuple):
    """A line of the timeline; reasons and data are JSON text."""

    incident_id: int
    verb: str
    from_state: str
    to_state: str
    reasons: str
    data: str
    is_public: bool


class Message(NamedTuple):
    """A notification before its unit is resolved to people; params are JSON text."""

    unit: Unit
    kind: str
    params: str
    url: str
    dedupe_key: str


@dataclass(kw_only=True)
class Plan:
    """Every row one batch writes, table by table, in the order things happened."""

    steps: list[tuple[int, int]] = field(default_factory=list)
    clocks: list[ClockChange] = field(default_factory=list)
    fresh: list[FreshClock] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    events: list[EventRow] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    participations: list[tuple[int, int]] = field(default_factory=list)
    ended_whistles: list[int] = field(default_factory=list)
    warned: int = 0
    raised: int = 0
    supervised: int = 0
    closed: int = 0

    def event(self, subject: Overdue, row: Transition, to_state: State, reasons: str, data: str) -> None:
        """Add a line to the timeline."""
        self.events.append(
            EventRow(
                subject.pk, row.verb.value, subject.state.value, to_state.value, reasons, data, row.public
            )
        )

    def tell(self, units: Iterable[Unit], kind: str, subject: Overdue, occasion: str, **params: str) -> None:
        """Add a message to the people of each unit; `occasion` makes it unique to its step."""
        known = {"number": subject.number, "category": subject.category, "colour": subject.colour.value}
        text = json.dumps(known | params, ensure_ascii=False)
        url = f"/incidents/{subject.number}/"
        for unit in units:
            self.messages.append(Message(unit, kind, text, url, f"{kind}:{occasion}"))
