"""Places with the same trouble again and again: counts by place and category, and the cases behind them.

About places, never about people: only matters that neighbours may know of are counted. Source: R-148.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import clock
from incidents.models import Incident
from incidents.querysets import IncidentQuerySet
from incidents.rules.states import OPEN_STATES
from incidents.rules.vocabulary import State
from organizations.scopes import AnyUser

FEWEST = 3
PERIODS: tuple[int, ...] = (30, 90, 365)
# The keyset of the list: most often first; the last two tell rows apart.
ORDER = ("-times", "-newest", "place_key", "category_code")


@dataclass(frozen=True, slots=True)
class PlaceKind:
    """One way of saying “the same place”, and the columns that hold it."""

    key: str
    label: str | Promise
    column: str
    name: str
    condition: Q


KINDS: dict[str, PlaceKind] = {
    "building": PlaceKind(
        "building", _("Building"), "building_id", "building__name", Q(building__isnull=False)
    ),
    "grid": PlaceKind("grid", _("Grid"), "grid_id", "grid__name", Q(grid__isnull=False)),
    "address": PlaceKind("address", _("Place in words"), "address", "address", ~Q(address="")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which repeats: by which kind of place, over how many days, of one category or all."""

    kind: PlaceKind
    days: int = 90
    category: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Wanted":
        """Return what an address asks for; what it cannot read falls back to buildings over ninety days."""
        known = {str(each): each for each in PERIODS}
        return cls(
            kind=KINDS.get(query.get("by", ""), KINDS["building"]),
            days=known.get(query.get("days", ""), 90),
            category=query.get("category", "")[:8],
        )


def repeats_for(user: AnyUser, wanted: Wanted) -> QuerySet[Any, Any]:
    """Return one named row per place and category with FEWEST incidents or more; one query when read.

    Rows carry place_key, place_name, community_id, community_name, category_code, category_name, times,
    running, dissatisfied and newest.
    """
    rows = _counted(user, wanted).filter(wanted.kind.condition)
    named = rows.values(
        "community_id",
        place_key=F(wanted.kind.column),
        place_name=F(wanted.kind.name),
        community_name=F("community__name"),
        category_code=F("category__code"),
        category_name=F("category__name"),
    ).annotate(
        times=Count("pk"),
        running=Count("pk", filter=Q(state__in=sorted(OPEN_STATES))),
        reworked=Count("pk", filter=Q(rework_count__gt=0)),
        newest=Max("reported_at"),
    )
    found: QuerySet[Any, Any] = named.filter(times__gte=FEWEST).order_by()
    return found.values_list(
        "place_key",
        "place_name",
        "community_id",
        "community_name",
        "category_code",
        "category_name",
        "times",
        "running",
        "reworked",
        "newest",
        named=True,
    )


def cases_behind(
    incidents: IncidentQuerySet, user: AnyUser, wanted: Wanted, place: str, community_id: int | None
) -> IncidentQuerySet:
    """Return the incidents one row of the report counts, of a queryset that is already within the view."""
    known = _counted(user, wanted).filter(wanted.kind.condition)
    if wanted.kind.key != "address" and not (place.isascii() and place.isdigit() and len(place) < 19):
        return incidents.none()
    counted = known.filter(**{wanted.kind.column: place}, community_id=community_id)
    found: IncidentQuerySet = incidents.filter(pk__in=counted.values("pk"))
    return found


def _counted(user: AnyUser, wanted: Wanted) -> Any:
    since = clock.now() - timedelta(days=wanted.days)
    rows: Any = Incident.objects.visible_to(user).filter(
        reported_at__gte=since, category__neighbours_may_join=True
    )
    # Several reports of one occasion are one occasion: those merged into another do not count again.
    rows = rows.exclude(state=State.MERGED).exclude(parent__isnull=False)
    return rows.filter(category__code=wanted.category) if wanted.category else rows
