"""How far the visits of a period have come, by street, community and grid, and who has not been seen.

Units are shown in the order of their codes and never ranked; no figure is about a person. Source: R-237.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, DateField, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import clock
from core.errors import Missing
from grids.models import Grid
from organizations.choices import OrganizationKind
from organizations.models import Organization
from organizations.scopes import AnyUser, scope_of
from residents.choices import VisitOutcome
from residents.models import Household, Visit
from residents.rules.rounds import COVERAGE_WANTED, Unseen, percent, unseen_between
from residents.selectors.route import PLACE

# Stands for “never” where an order must not have nulls.
NEVER = date(1, 1, 1)
UNSEEN_ORDER = ("seen_on", "id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Part of the person's area: a street, a community or a grid; all three None: the whole of it."""

    street: Organization | None = None
    community: Organization | None = None
    grid: Grid | None = None

    @property
    def name(self) -> str:
        """Return the name of the smallest of them; empty for the whole area."""
        return str(self.grid or self.community or self.street or "")

    @property
    def condition(self) -> Q:
        """Return which households lie in it."""
        given = {"street": self.street, "community": self.community, "grid": self.grid}
        return Q(**{name: row for name, row in given.items() if row is not None})


@dataclass(frozen=True, slots=True)
class Covered:
    """Households of a unit, and those of them met in the period."""

    name: str
    parameters: Mapping[str, str]
    households: int
    seen: int

    @property
    def percent(self) -> float | None:
        """Return the share in percent, rounded down; None without households."""
        return percent(self.seen, self.households)

    @property
    def is_enough(self) -> bool:
        """Return whether the share that is wanted has been reached."""
        return self.households > 0 and self.seen * 100 >= self.households * COVERAGE_WANTED


def area_of(user: AnyUser, unit_id: str, grid_id: str) -> Area:
    """Return the area two parameters of an address mean; Missing outside what the person sees."""
    if grid_id:
        grid = _one(Grid.objects.visible_to(user).select_related("community__parent"), grid_id)
        return Area(street=grid.community.parent, community=grid.community, grid=grid)
    if unit_id:
        unit = _one(Organization.objects.visible_to(user).select_related("parent"), unit_id)
        if unit.kind == OrganizationKind.COMMUNITY:
            return Area(street=unit.parent, community=unit)
        if unit.kind == OrganizationKind.STREET:
            return Area(street=unit)
    if unit_id or grid_id:
        raise Missing("area_missing", _("There is no such area, or it is not yours to see."))
    return Area()


def coverage(user: AnyUser, area: Area, first: date, last: date) -> tuple[Covered, list[Covered]]:
    """Return the area's own line and those of its parts by code; two queries beyond the scope."""
    by = _parts_of(user, area)
    rows = households_on(user, last).filter(area.condition).order_by()
    counted = rows.values_list(f"{by}_id").annotate(
        every=Count("pk"), met=Count("pk", filter=seen_between(first, last))
    )
    found = {pk: (every, met) for pk, every, met in counted}
    units: Any = Grid.objects if by == "grid" else Organization.objects
    names = units.filter(pk__in=[pk for pk in found if pk is not None]).order_by("code")
    parameter = "grid" if by == "grid" else "unit"
    parts = [Covered(name, {parameter: str(pk)}, *found[pk]) for pk, name in names.values_list("pk", "name")]
    if None in found:
        parts.append(Covered(str(_("without a grid")), {}, *found[None]))
    total = Covered(area.name, {}, sum(each.households for each in parts), sum(each.seen for each in parts))
    return total, parts


def unseen_counts(user: AnyUser, area: Area) -> dict[Unseen, int]:
    """Return how many households have not been seen for how long; one query beyond the scope."""
    rows = Household.objects.visible_to(user).open().filter(area.condition).order_by()
    counts = {str(unseen): Count("pk", filter=unseen_condition(unseen)) for unseen in Unseen}
    found: Mapping[str, int] = rows.aggregate(**counts)
    return {unseen: found[str(unseen)] for unseen in Unseen}


def unseen_condition(unseen: Unseen) -> Q:
    """Return which households have not been seen for so long, as on today."""
    if unseen is Unseen.NEVER:
        return Q(last_visited_on=None)
    first, last = unseen_between(unseen, clock.today())
    bounds = {"last_visited_on__gte": first, "last_visited_on__lte": last}
    return Q(last_visited_on__isnull=False, **{name: day for name, day in bounds.items() if day is not None})


def households_on(user: AnyUser, day: date) -> "QuerySet[Household]":
    """Return the households that the person sees and that existed on the day."""
    rows: QuerySet[Household] = Household.objects.visible_to(user).filter(opened_on__lte=day)
    if day >= clock.today():
        return rows.filter(closed_on=None)
    return rows.filter(Q(closed_on=None) | Q(closed_on__gt=day))


def seen_between(first: date, last: date) -> Q:
    """Return which households were met in the period.

    Up to today the day of the last visit says it; for a period that is over the visits are looked at.
    """
    if last >= clock.today():
        return Q(last_visited_on__gte=first)
    met = Visit.objects.filter(outcome=VisitOutcome.MET, at__gte=_start(first), at__lt=_start(last, after=1))
    return Q(pk__in=met.order_by().values("household_id"))


def in_order_of_seeing(rows: "QuerySet[Household]") -> "QuerySet[Any]":
    """Return the households with `seen_on`, longest unseen first by UNSEEN_ORDER."""
    seen_on = Coalesce("last_visited_on", Value(NEVER), output_field=DateField())
    return rows.select_related(*PLACE).annotate(seen_on=seen_on)


def _parts_of(user: AnyUser, area: Area) -> str:
    if area.community is not None:
        return "grid"
    if area.street is not None:
        return "community"
    scope = scope_of(user)
    if scope.whole_city:
        return "street"
    return "community" if scope.street_ids else "grid"


def _one(rows: Any, pk: str) -> Any:
    found = rows.filter(pk=int(pk)).first() if pk.isascii() and pk.isdigit() and len(pk) < 19 else None
    if found is None:
        raise Missing("area_missing", _("There is no such area, or it is not yours to see."))
    return found


def _start(day: date, *, after: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=after), time.min))
