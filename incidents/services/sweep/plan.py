"""What the sweep reads about an incident, and the rows it is going to write; plain data only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from incidents.rules.escalation import RAN_OUT, WARNED
from incidents.rules.vocabulary import ClockKind, Colour, Level, State
from incidents.rules.workflow import Transition
from incidents.withholding import withheld_levels

Reasons = list[dict[str, object]]


class Unit(NamedTuple):
    """Who is told: the people of an organisation, or the workers of a grid."""

    is_grid: bool
    pk: int


class Place(NamedTuple):
    """An organisation, with the name the timeline keeps."""

    pk: int
    name: str


class Span(NamedTuple):
    """When a clock started now warns and runs out, by which limit, and why, as stored."""

    warn_at: datetime
    due_at: datetime
    limit: str
    reasons: Reasons


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
    started_at: datetime
    original_due_at: datetime | None = None
    limit: str = ""
    paused: bool = False
    stopped: bool = False
    changed: bool = False

    def take(self) -> tuple[datetime, int]:
        """Take its next step; return when that was due, and its number. After a warning it fires when due."""
        moment = self.fires_at or self.due_at
        self.stage, self.changed = self.stage + 1, True
        self.fires_at = self.due_at if self.stage == WARNED else None
        return moment, self.stage

    def stop(self) -> None:
        """Stop it for good."""
        self.stopped, self.changed, self.fires_at = True, True, None

    def hand_on(self, organization_id: int) -> None:
        """Let it go on as the limit of another unit."""
        self.organization_id, self.changed = organization_id, True

    def runs(self) -> bool:
        """Tell whether its limit has not run out yet; a paused one waits, and goes on after its pause."""
        return not self.stopped and self.stage < RAN_OUT


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
    owner: Place
    grid_id: int | None
    community: Place | None
    street: Place | None
    lead_department: Place | None
    city: Place | None
    whistled: bool
    due_at: datetime
    withheld: bool = False
    secret_roles: frozenset[str] | None = None
    clocks: list[ClockRow] = field(default_factory=list)

    @cached_property
    def places(self) -> Mapping[Level, Place]:
        """Return the organisation that would own the incident at each level it has one at and may go to.

        Units it is about were left out when it was read; of a secret one, levels without a named role are.
        """
        found = {
            Level.GRID: self.community if self.grid_id else None,
            Level.COMMUNITY: self.community,
            Level.STREET: self.street,
            Level.DEPARTMENT: self.lead_department,
            Level.CITY: self.city,
        }
        shut = frozenset[Level]()
        if self.secret_roles is not None:
            shut = withheld_levels({}, accused_id=None, secret_roles=self.secret_roles)
        return {level: place for level, place in found.items() if place is not None and level not in shut}

    @cached_property
    def exists(self) -> frozenset[Level]:
        """Return the levels it has a unit at."""
        return frozenset(self.places)

    def next_due(self, now: datetime) -> ClockRow | None:
        """Return the clock whose step came due first, None where none is."""
        due = [
            (clock.fires_at, clock.pk, clock)
            for clock in self.clocks
            if clock.fires_at is not None and clock.fires_at <= now
        ]
        return min(due)[2] if due else None

    def own_clocks(self) -> list[ClockRow]:
        """Return the clocks of the incident itself, without those of whistled departments."""
        return [clock for clock in self.clocks if clock.response_id is None]

    def owner_unit(self) -> Unit:
        """Return who owns it now."""
        if self.level is Level.GRID and self.grid_id is not None:
            return Unit(is_grid=True, pk=self.grid_id)
        return Unit(is_grid=False, pk=self.owner.pk)

    def units_at(self, levels: Iterable[Level]) -> list[Unit]:
        """Return who is told at each of the levels it has a unit at; at its own level, the owner."""
        found = []
        for level in levels:
            place = self.places.get(level)
            if level is self.level:
                found.append(self.owner_unit())
            elif level is Level.GRID and self.grid_id is not None:
                found.append(Unit(is_grid=True, pk=self.grid_id))
            elif place is not None:
                found.append(Unit(is_grid=False, pk=place.pk))
        return found


class Change(NamedTuple):
    """What an incident becomes; its version rises by one."""

    pk: int
    state: str
    level: str
    owner_id: int
    due_at: datetime
    supervised: bool
    handed_on: bool


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
    limit: str


class EventRow(NamedTuple):
    """A line of the timeline."""

    incident_id: int
    verb: str
    from_state: str
    to_state: str
    reasons: Reasons
    data: dict[str, Any]
    is_public: bool


class Message(NamedTuple):
    """A notification before its units are resolved to people; `withheld_id` names an incident not all see."""

    units: list[Unit]
    kind: str
    params: dict[str, str]
    url: str
    dedupe_key: str
    withheld_id: int | None


class StepRow(NamedTuple):
    """A step that is taken."""

    clock_id: int
    step: int
    due_at: datetime


class SupervisionRow(NamedTuple):
    """An order of supervision by a rule; nobody has to answer it by a certain day."""

    incident_id: int
    reasons: Reasons


class ParticipationRow(NamedTuple):
    """A department that has to do with the incident from now on."""

    incident_id: int
    organization_id: int


@dataclass(kw_only=True)
class Plan:
    """Every row one batch writes, table by table, in the order things happened.

    `silent` are incidents to close because nobody judged; each is a move of its own.
    """

    steps: list[StepRow] = field(default_factory=list)
    clocks: list[ClockChange] = field(default_factory=list)
    fresh: list[FreshClock] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    events: list[EventRow] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    participations: list[ParticipationRow] = field(default_factory=list)
    supervisions: list[SupervisionRow] = field(default_factory=list)
    silent: list[int] = field(default_factory=list)
    warned: int = 0
    raised: int = 0
    supervised: int = 0

    def event(
        self, subject: Overdue, row: Transition, to_state: State, reasons: Reasons, data: dict[str, Any]
    ) -> None:
        """Add a line to the timeline."""
        self.events.append(EventRow(subject.pk, row.verb, subject.state, to_state, reasons, data, row.public))

    def tell(
        self,
        units: Iterable[Unit],
        kind: str,
        subject: Overdue,
        clock_id: int,
        *,
        mark: str = "",
        **params: str,
    ) -> None:
        """Add a message to the people of units, once for each step of a clock."""
        known = {"number": subject.number, "category": subject.category, "colour": subject.colour}
        url = f"/incidents/{subject.number}/"
        withheld_id = subject.pk if subject.withheld else None
        key = f"{kind}:clock:{clock_id}{mark}"
        self.messages.append(Message(list(units), kind, known | params, url, key, withheld_id))
