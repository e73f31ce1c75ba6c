"""All that is kept of the incidents of a run, read again only where something has changed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import connection
from psycopg.sql import SQL, Identifier

from core.models import Notification
from incidents.models import (
    Application,
    ApprovalStep,
    Clock,
    ClockStep,
    Incident,
    IncidentEvent,
    Participation,
    ReturnSlip,
    SessionTask,
    Supervision,
    Suspension,
    SuspensionReview,
    VerdictRound,
    Whistle,
    WhistleDuty,
    WhistleResponse,
)
from incidents.rules.vocabulary import ApplicationState, State
from incidents.services.move import LOADED

_BELOW: tuple[Any, ...] = (
    ApprovalStep,
    ClockStep,
    Notification,
    SuspensionReview,
    WhistleDuty,
    WhistleResponse,
)
# What still stands of each kind of row; of clocks, their steps, events and departments, all.
_READ: dict[str, tuple[Any, str, dict[str, Any]]] = {
    "events": (IncidentEvent, "incident", {}),
    "clocks": (Clock, "incident", {}),
    "steps": (ClockStep, "clock__incident", {}),
    "whistles": (Whistle, "incident", {"ended_at": None}),
    "answers": (WhistleResponse, "whistle__incident", {"whistle__ended_at": None, "released_at": None}),
    "applications": (Application, "incident", {"state": ApplicationState.PENDING}),
    "suspensions": (Suspension, "incident", {"ended_at": None}),
    "rounds": (VerdictRound, "incident", {"closed_at": None}),
    "slips": (ReturnSlip, "incident", {"decided_at": None}),
    "supervisions": (Supervision, "incident", {"lifted_at": None}),
    "tasks": (SessionTask, "incident", {"done_at": None}),
    "parts": (Participation, "incident", {}),
    "children": (Incident, "parent", {"state": State.MERGED}),
}
# Tables that decide which rows of another one still stand.
_ALSO = {"answers": Whistle}
Picture = dict[str, str]


@dataclass(slots=True)
class Records:
    """What is kept beside one incident."""

    events: list[IncidentEvent] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    steps: list[ClockStep] = field(default_factory=list)
    whistles: list[Whistle] = field(default_factory=list)
    answers: list[WhistleResponse] = field(default_factory=list)
    applications: list[Application] = field(default_factory=list)
    suspensions: list[Suspension] = field(default_factory=list)
    rounds: list[VerdictRound] = field(default_factory=list)
    slips: list[ReturnSlip] = field(default_factory=list)
    supervisions: list[Supervision] = field(default_factory=list)
    tasks: list[SessionTask] = field(default_factory=list)
    parts: list[Participation] = field(default_factory=list)
    children: list[Incident] = field(default_factory=list)

    @property
    def unit_ids(self) -> set[int]:
        """Return the units that ever took part."""
        return {row.organization_id for row in self.parts}


class Shelf:
    """The incidents of a run with their records, as they were when last read."""

    def __init__(self) -> None:
        self.incidents: list[Incident] = []
        self.picture: Picture = {}
        self._rows: dict[str, list[tuple[int, Any]]] = {}

    def read(self, ids: Collection[int]) -> dict[int, Records]:
        """Read what has changed since last time and return all; one query, and one for each such table."""
        before, self.picture = self.picture, picture()
        changed = {name for name, digest in self.picture.items() if before.get(name) != digest}
        if len(self.incidents) != len(ids):
            changed = set(self.picture)
        if Incident._meta.db_table in changed:
            rows = Incident.objects.select_related(*LOADED).filter(pk__in=ids)
            self.incidents = list(rows.order_by("pk"))
        for name, (model, key, narrowed) in _READ.items():
            if changed & {model._meta.db_table, _ALSO.get(name, model)._meta.db_table}:
                self._rows[name] = _rows(model, key, narrowed, ids)
        return self.records

    @property
    def records(self) -> dict[int, Records]:
        """Return the records by incident, as last read."""
        found = {incident.pk: Records() for incident in self.incidents}
        for name, rows in self._rows.items():
            for incident_id, row in rows:
                getattr(found[incident_id], name).append(row)
        return found


def _rows(model: Any, key: str, narrowed: dict[str, Any], ids: Collection[int]) -> list[tuple[int, Any]]:
    wanted = model.objects.filter(**{f"{key}__in": ids}, **narrowed).order_by("pk")
    *path, last = key.split("__")
    if path:
        wanted = wanted.select_related(*path)
    return [(_follow(row, path, last), row) for row in wanted]


def _follow(row: Any, path: Sequence[str], last: str) -> int:
    for name in path:
        row = getattr(row, name)
    return int(getattr(row, f"{last}_id"))


def picture() -> Picture:
    """Return a digest of every table that tells of incidents, of all columns of all rows; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_question())
        return dict(zip(tables(), cursor.fetchone(), strict=True))


@cache
def tables() -> tuple[str, ...]:
    """Return the tables that `picture` looks at: incidents, all that points at them, and some below that."""
    related = [field.related_model for field in Incident._meta.related_objects]
    models: list[Any] = [Incident, *related, *_BELOW]
    return tuple(sorted({model._meta.db_table for model in models}))


@cache
def _question() -> str:
    look = SQL("(SELECT md5(coalesce(string_agg(each::text, '' ORDER BY each::text), '')) FROM {} each)")
    looks = [look.format(Identifier(name)) for name in tables()]
    return SQL("SELECT {}").format(SQL(", ").join(looks)).as_string()
