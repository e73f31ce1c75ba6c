"""The figures of the wall screen: a fixed number of queries, all of them starting at `visible_to`."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode

from gridgov.screen.city_map import Shape, city_shapes
from grids.models import Grid
from incidents.choices import COLOURS, STATES, VERBS
from incidents.models import Clock, Incident, IncidentEvent, Whistle
from incidents.rules.vocabulary import Colour
from incidents.rules.workflow import OPEN_STATES
from organizations.models import Organization
from organizations.scopes import AnyUser

SOON = timedelta(hours=1)
MOST_CLOCKS, MOST_WHISTLES, MOST_EVENTS = 6, 4, 5
_COLOUR_OF_RANK = {colour.rank: colour for colour in Colour}
_VERB_WORDS: dict[str, Promise] = dict(VERBS)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its words and the board that shows the cases behind it."""

    key: str
    label: str | Promise
    value: int
    url: str


@dataclass(frozen=True, slots=True)
class StreetRow:
    """One street: open cases by colour, overdue and in all."""

    name: str
    url: str
    colours: list[Figure]
    overdue: Figure
    total: int


@dataclass(frozen=True, slots=True)
class Area:
    """One grid on the map with its worst open case."""

    shape: Shape
    colour: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the screen shows at one moment."""

    open: Figure
    colours: list[Figure]
    states: list[Figure]
    overdue: Figure
    soon: int
    filed_today: Figure
    closed_today: Figure
    whistles_count: int
    streets: list[StreetRow]
    areas: list[Area]
    clocks: list[Clock]
    whistles: list[Whistle]
    events: list[tuple[IncidentEvent, str | Promise]]


def overview(user: AnyUser, *, now: datetime) -> Overview:
    """Return the figures; fourteen queries, whatever the number of incidents."""
    seen = Incident.objects.visible_to(user)
    tally = _Tally(seen, now)
    today = _today(seen, now)
    day = timezone.localdate(now).isoformat()
    clocks, soon = _clocks(seen, now)
    whistles = _whistles(seen)
    return Overview(
        open=Figure("open", "", tally.open, _board()),
        colours=[Figure(key, label, tally.by_colour[key], _board(colour=key)) for key, label in COLOURS],
        states=[
            Figure(key, label, tally.by_state[key], _board(state=key))
            for key, label in STATES
            if key in OPEN_STATES
        ],
        overdue=Figure("overdue", "", tally.overdue, _board(overdue="on")),
        soon=soon,
        filed_today=Figure("filed", "", today["filed"], _board(day=day, sort="new")),
        closed_today=Figure("closed", "", today["closed"], _board(day=day, closed="on")),
        whistles_count=whistles.count(),
        streets=tally.streets(),
        areas=_areas(seen, user),
        clocks=clocks,
        whistles=list(whistles[:MOST_WHISTLES]),
        events=_events(seen),
    )


class _Tally:
    """Open incidents counted once by street, colour and state; two queries, the second for names."""

    def __init__(self, seen: QuerySet[Incident], now: datetime) -> None:
        self.by_colour: Counter[str] = Counter()
        self.by_state: Counter[str] = Counter()
        self._by_street: dict[tuple[str, str], Counter[str]] = {}
        self.overdue = 0
        rows = (
            seen.filter(state__in=sorted(OPEN_STATES))
            .order_by()
            .values("street_id", "colour", "state")
            .annotate(count=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)))
        )
        named = Organization.objects.in_bulk({row["street_id"] for row in rows} - {None})
        for row in rows:
            self._add(row, named.get(row["street_id"]))
        self.open = self.by_colour.total()

    def _add(self, row: Mapping[str, Any], at: Organization | None) -> None:
        self.by_colour[row["colour"]] += row["count"]
        self.by_state[row["state"]] += row["count"]
        self.overdue += row["late"]
        if at is not None:
            street = self._by_street.setdefault((at.code, at.name), Counter())
            street[row["colour"]] += row["count"]
            street["late"] += row["late"]

    def streets(self) -> list[StreetRow]:
        """Return one row per street with open cases, in the order of the division codes."""
        return [
            StreetRow(
                name=name,
                url=_board(place=code),
                colours=[
                    Figure(key, label, counts[key], _board(colour=key, place=code)) for key, label in COLOURS
                ],
                overdue=Figure("late", "", counts["late"], _board(overdue="on", place=code)),
                total=counts.total() - counts["late"],
            )
            for (code, name), counts in sorted(self._by_street.items())
        ]


def _today(seen: QuerySet[Incident], now: datetime) -> dict[str, int]:
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    # Two questions: an index answers each, and none answers both together.
    return {
        "filed": seen.filter(reported_at__gte=midnight).order_by().count(),
        "closed": seen.filter(closed_at__gte=midnight).order_by().count(),
    }


def _clocks(seen: QuerySet[Incident], now: datetime) -> tuple[list[Clock], int]:
    running = Clock.objects.filter(
        stopped_at=None, due_at__gte=now, incident__in=seen.order_by().values("pk")
    )
    soon = running.filter(due_at__lt=now + SOON).count()
    nearest = running.select_related("incident__category", "organization").order_by("due_at", "pk")
    return list(nearest[:MOST_CLOCKS]), soon


def _whistles(seen: QuerySet[Incident]) -> QuerySet[Whistle]:
    return (
        Whistle.objects.filter(ended_at=None, incident__in=seen.order_by().values("pk"))
        .select_related("incident__category", "street")
        .prefetch_related("responses__department")
        .order_by("-blown_at", "-pk")
    )


def _areas(seen: QuerySet[Incident], user: AnyUser) -> list[Area]:
    rows = (
        seen.filter(state__in=sorted(OPEN_STATES), grid__isnull=False)
        .order_by()
        .values_list("grid_id")
        .annotate(worst=Min("colour_rank"), count=Count("pk"))
    )
    worst = {grid_id: (_COLOUR_OF_RANK[rank].value, count) for grid_id, rank, count in rows}
    visible = set(Grid.objects.visible_to(user).open().order_by().values_list("pk", flat=True))
    areas = []
    for pk, shape in city_shapes().items():
        if pk in visible:
            colour, count = worst.get(pk, ("", 0))
            areas.append(Area(shape, colour, count, _board(place=shape.community_code)))
    return areas


def _events(seen: QuerySet[Incident]) -> list[tuple[IncidentEvent, str | Promise]]:
    # The newest rows by primary key: their moments follow it, and no other index orders the whole timeline.
    rows = (
        IncidentEvent.objects.filter(incident__in=seen.order_by().values("pk"))
        .select_related("incident__category", "incident__street", "unit")
        .order_by("-pk")[:MOST_EVENTS]
    )
    return [(event, _VERB_WORDS.get(event.verb, event.verb)) for event in rows]


def _board(**narrowed: str) -> str:
    board = reverse("board")
    return f"{board}?{urlencode(narrowed)}" if narrowed else board
