"""The route of the day: which households to visit and why, house by house. Source: R-236."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from core import clock
from organizations.scopes import AnyUser
from residents.choices import Kinship
from residents.models import Household, Mismatch, MismatchState, Need, Person, Visit
from residents.rules.rounds import ROUTE_LENGTH, SEEN_WITHIN, RouteReason, route_reasons

PLACE = ("building", "dwelling", "grid", "community")
# A building with more households than that is a list nobody walks in a day.
MOST_IN_BUILDING = 200
MOST_BUILDINGS = 60


@dataclass(frozen=True, slots=True)
class Family:
    """Whose household it is: the head's name, or another's, and how many live there."""

    name: str
    people: int


@dataclass(frozen=True, slots=True)
class Stop:
    """One door of the route."""

    household: Household
    family: Family
    reasons: Sequence[RouteReason]


@dataclass(frozen=True, slots=True)
class Route:
    """The doors still to knock at today, how many are due in all, and how many have been knocked at today."""

    stops: Sequence[Stop]
    due: int
    done: int


@dataclass(frozen=True, slots=True)
class BuildingChoice:
    """A building with how many of its households are due."""

    building_id: int
    name: str
    due: int


def route_for(user: AnyUser, *, more: bool = False) -> Route:
    """Return the person's route of today, by building; seven queries beyond the scope.

    First whoever waits for an answer, then whoever has not been seen for longest. Who has been knocked at
    today is left for another day. `more` goes on after the day's number has been reached.
    """
    due = _due(user)
    done = Visit.objects.filter(visitor_id=user.pk, at__gte=_morning()).count()
    length = ROUTE_LENGTH if more else max(ROUTE_LENGTH - done, 0)
    telling = due.filter(pk__in=_waiting()).order_by("last_visited_on", "pk")
    chosen = list(telling.select_related(*PLACE)[:length])
    if len(chosen) < length:
        longest = due.exclude(pk__in=_waiting()).order_by(F("last_visited_on").asc(nulls_first=True), "pk")
        chosen += longest.select_related(*PLACE)[: length - len(chosen)]
    return Route(stops_of(chosen), due.count(), done)


def building_stops(user: AnyUser, building_id: int) -> Sequence[Stop]:
    """Return every household of a building, due or not, by staircase and room; four queries."""
    rows = Household.objects.visible_to(user).open().filter(building_id=building_id)
    return stops_of(rows.select_related(*PLACE).order_by("pk")[:MOST_IN_BUILDING])


def buildings_due(user: AnyUser) -> Sequence[BuildingChoice]:
    """Return the buildings with households that are due, those with most first; one query."""
    rows = _due(user).exclude(building=None).order_by()
    found = rows.values_list("building_id", "building__name").annotate(due=Count("pk"))
    return [BuildingChoice(*row) for row in found.order_by("-due", "building_id")[:MOST_BUILDINGS]]


def stops_of(households: Iterable[Household]) -> Sequence[Stop]:
    """Return the households as doors, in walking order; three queries."""
    rows = sorted(households, key=_walking_order)
    families, to_tell, mismatches = families_of(rows), _to_tell(rows), _mismatched(rows)
    today = clock.today()
    return [
        Stop(
            row,
            families[row.pk],
            route_reasons(
                last_seen=row.last_visited_on,
                to_tell=to_tell.get(row.pk, 0),
                today=today,
                mismatches=mismatches.get(row.pk, 0),
            ),
        )
        for row in rows
    ]


def families_of(households: Iterable[Household]) -> Mapping[int, Family]:
    """Return whose households these are; one query."""
    names: dict[int, list[tuple[bool, int, str]]] = {row.pk: [] for row in households}
    people = Person.objects.present().filter(household_id__in=list(names))
    for household_id, kinship, pk, name in people.values_list("household_id", "kinship", "pk", "name"):
        names[household_id].append((kinship != Kinship.HEAD, pk, name))
    return {pk: Family(min(found)[2] if found else "", len(found)) for pk, found in names.items()}


def _due(user: AnyUser) -> "QuerySet[Household]":
    unseen = Q(last_visited_on=None) | Q(last_visited_on__lt=clock.today() - SEEN_WITHIN)
    tried = Visit.objects.filter(household=OuterRef("pk"), at__gte=_morning())
    wanted = unseen | Q(pk__in=_waiting()) | Q(pk__in=_open_mismatches().values("household_id"))
    rows: Any = Household.objects.visible_to(user).open().filter(wanted)
    due: QuerySet[Household] = rows.exclude(Exists(tried))
    return due


def _waiting() -> Any:
    return Need.objects.to_feed_back().order_by().values("household_id")


def _open_mismatches() -> Any:
    return Mismatch.objects.filter(state=MismatchState.OPEN, household__isnull=False).order_by()


def _mismatched(households: Iterable[Household]) -> Mapping[int, int]:
    rows = _open_mismatches().filter(household_id__in=[row.pk for row in households])
    return dict(rows.values_list("household_id").annotate(number=Count("pk")))


def _to_tell(households: Iterable[Household]) -> Mapping[int, int]:
    rows = Need.objects.to_feed_back().filter(household_id__in=[row.pk for row in households]).order_by()
    return dict(rows.values_list("household_id").annotate(number=Count("pk")))


def _morning() -> datetime:
    return timezone.make_aware(datetime.combine(clock.today(), time.min))


def _walking_order(row: Household) -> tuple[Any, ...]:
    building, dwelling = row.building, row.dwelling
    return (
        building.code if building else "",
        (dwelling.unit, len(dwelling.room), dwelling.room) if dwelling else ("", 0, ""),
        row.last_visited_on or clock.today() - timedelta(days=100_000),
        row.pk,
    )
