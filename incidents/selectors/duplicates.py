"""Which open incidents may be the same matter as a report, best first, with the reasons in words.

Candidates come by an index from the same community (else street) and the last thirty days; scoring them is
plain Python over at most MOST_LOOKED_AT rows. Source: R-140.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core import clock
from grids.models import Grid
from incidents.models import Category, Incident
from incidents.rules.likeness import WITHIN, Likeable, Likeness, likeness
from incidents.rules.states import TAKES_CHILDREN
from incidents.selectors.explain import explain
from organizations.scopes import AnyUser

MOST_LOOKED_AT = 120
MOST_SHOWN = 3
_STATES = sorted(TAKES_CHILDREN)
_PARTS = ("category", "community", "grid", "building")


@dataclass(frozen=True, slots=True)
class Proposal:
    """One incident that may be the same, how sure that is (of a hundred), and why."""

    incident: Incident
    score: int
    reasons: tuple[str, ...]
    metres: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Where and what a report is about that has not been filed yet."""

    category: Category
    text: str
    grid: Grid | None = None
    community_id: int | None = None
    building_id: int | None = None
    longitude: Decimal | None = None
    latitude: Decimal | None = None


def duplicates_of(user: AnyUser, incident: Incident) -> list[Proposal]:
    """Return what staff may merge the incident into, within their view; one query beyond the scope."""
    if incident.is_withheld:
        return []
    rows = Incident.objects.visible_to(user).exclude(pk=incident.pk)
    return _best(_likeable(incident), _near(rows, incident.community_id, incident.street_id))


def duplicates_near(user: AnyUser, ground: Ground) -> list[Proposal]:
    """Return what staff see that looks like the report they are writing; one query beyond the scope."""
    return _of_ground(Incident.objects.visible_to(user), ground)


def joinable_near(ground: Ground) -> list[Proposal]:
    """Return what a resident may add their report to: matters at places only, never about people. One query.

    What is shown of it is its kind, place and state; everything else stays with its own reporter.
    """
    if not ground.category.neighbours_may_join:
        return []
    return _of_ground(joinable(), ground)


def joinable() -> Any:
    """Return the incidents that residents may be told of at all."""
    return Incident.objects.filter(
        category__neighbours_may_join=True, is_secret=False, accused_organization=None
    )


def _of_ground(rows: Any, ground: Ground) -> list[Proposal]:
    community_id = ground.grid.community_id if ground.grid is not None else ground.community_id
    one = Likeable(
        category=ground.category.code,
        group=ground.category.group,
        category_name=ground.category.name,
        text=ground.text,
        at=clock.now(),
        grid_id=ground.grid.pk if ground.grid is not None else None,
        building_id=ground.building_id,
        longitude=_degrees(ground.longitude),
        latitude=_degrees(ground.latitude),
    )
    return _best(one, _near(rows, community_id, None))


def _near(rows: Any, community_id: int | None, street_id: int | None) -> Iterable[Incident]:
    if community_id is not None:
        rows = rows.filter(community_id=community_id)
    elif street_id is not None:
        rows = rows.filter(street_id=street_id)
    else:
        return []
    # The open states are named as well: the partial index is chosen by them.
    recent = rows.open().filter(
        state__in=_STATES,
        reported_at__gte=clock.now() - WITHIN,
        # What is withheld from some is never merged, so it is not proposed to anybody. Source: R-141.
        is_secret=False,
        accused_organization=None,
    )
    newest: Iterable[Incident] = recent.select_related(*_PARTS).order_by("-reported_at", "-id")[
        :MOST_LOOKED_AT
    ]
    return newest


def _best(one: Likeable, candidates: Iterable[Incident]) -> list[Proposal]:
    found = [(likeness(one, _likeable(other)), other) for other in candidates]
    alike = [(like, other) for like, other in found if like.is_enough]
    alike.sort(key=lambda pair: (-pair[0].score, -pair[1].pk))
    return [_proposal(other, like) for like, other in alike[:MOST_SHOWN]]


def _proposal(incident: Incident, like: Likeness) -> Proposal:
    words = tuple(explain(why.code, why.params) for why in like.reasons)
    return Proposal(incident, like.score, words, like.metres)


def _likeable(incident: Incident) -> Likeable:
    return Likeable(
        category=incident.category.code,
        group=incident.category.group,
        category_name=incident.category.name,
        text=f"{incident.address} {incident.description}",
        at=incident.reported_at,
        grid_id=incident.grid_id,
        building_id=incident.building_id,
        longitude=_degrees(incident.longitude),
        latitude=_degrees(incident.latitude),
    )


def _degrees(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
