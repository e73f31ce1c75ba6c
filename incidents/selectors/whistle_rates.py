"""How often each street whistles: of the cases reported in a period, how many it whistled. Source: R-57.

Numerator and denominator are about the same cases, so that no rate passes 100 %, however late a whistle is
blown. Left out, and counted: merged cases and those that were not accepted.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from incidents.models import Incident, Whistle
from incidents.rules.vocabulary import Procedure, State, WhistleKind
from incidents.rules.whistle_rates import Bounds, Standing, standing_of
from incidents.selectors.procedures import procedure_numbers
from organizations.choices import OrganizationKind
from organizations.models import Organization
from organizations.scopes import AnyUser, scope_of

# A case that was not accepted is filed away without anybody ever having reported it as handled.
_LEFT_OUT = Q(state__in=(State.MERGED, State.NOT_ACCEPTED)) | Q(state=State.ARCHIVED, handled_at=None)


@dataclass(frozen=True, slots=True)
class WhistleRate:
    """One street, or all of them together (`street` None): whistled ÷ cases, and what was left out.

    `kinds` counts the whistles themselves by their present kind: a case may have had several. `standing` is
    what a street's rate suggests.
    """

    street: Organization | None
    cases: int
    whistled: int
    left_out: int
    kinds: dict[str, int] = field(default_factory=dict)
    standing: Standing | None = None

    @property
    def share(self) -> float | None:
        """Return the rate between 0 and 1; None without any case."""
        return self.whistled / self.cases if self.cases else None

    @property
    def percent(self) -> str:
        """Return the rate in percent with one decimal; a dash without any case."""
        return "—" if self.share is None else f"{self.share * 100:.1f}%"


def whistle_rates(user: AnyUser, first: date, last: date) -> list[WhistleRate]:
    """Return the rate of every street the person is responsible for, by code; four queries.

    Nothing for people without a post at a street or the city: part of a street has no rate of its own.
    """
    scope = scope_of(user)
    streets = Organization.objects.visible_to(user).filter(kind=OrganizationKind.STREET)
    if not scope.whole_city:
        streets = streets.filter(pk__in=scope.street_ids)
    rows = list(streets.order_by("code"))
    if not rows:
        return []
    cases = _cases(user, [row.pk for row in rows], _period(first, last))
    counted = {
        each["street_id"]: each
        for each in cases.values("street_id").annotate(
            every=Count("pk"),
            left_out=Count("pk", filter=_LEFT_OUT),
        )
    }
    blown = _blown(cases.exclude(_LEFT_OUT))
    bounds = _bounds()
    return [_rate(row, counted.get(row.pk, {}), blown.get(row.pk, {}), bounds) for row in rows]


def rate_of_all(rates: Iterable[WhistleRate]) -> WhistleRate:
    """Return the rate of several streets together; no query."""
    each = list(rates)
    return WhistleRate(
        street=None,
        cases=sum(rate.cases for rate in each),
        whistled=sum(rate.whistled for rate in each),
        left_out=sum(rate.left_out for rate in each),
        kinds={kind.value: sum(rate.kinds.get(kind.value, 0) for rate in each) for kind in WhistleKind},
    )


def _cases(user: AnyUser, street_ids: list[int], period: tuple[datetime, datetime]) -> Any:
    start, end = period
    seen: Any = Incident.objects.visible_to(user)
    return seen.filter(street_id__in=street_ids, reported_at__gte=start, reported_at__lt=end).order_by()


def _blown(cases: Any) -> dict[int, dict[str, int]]:
    """Return street → whistles by kind, and under "cases" how many cases they were about."""
    rows = (
        Whistle.objects.filter(incident__in=cases.values("pk"))
        .order_by()
        .values_list("incident__street_id", "kind", "incident_id")
    )
    found: dict[int, dict[str, int]] = {}
    about: dict[int, set[int]] = {}
    for street_id, kind, incident_id in rows:
        counts = found.setdefault(street_id, {})
        counts[kind] = counts.get(kind, 0) + 1
        about.setdefault(street_id, set()).add(incident_id)
    for street_id, incident_ids in about.items():
        found[street_id]["cases"] = len(incident_ids)
    return found


def _bounds() -> Bounds:
    found = procedure_numbers([Procedure.WHISTLE_FEW, Procedure.WHISTLE_MANY, Procedure.WHISTLE_ENOUGH])
    return Bounds(
        few=found[Procedure.WHISTLE_FEW],
        many=found[Procedure.WHISTLE_MANY],
        enough=found[Procedure.WHISTLE_ENOUGH],
    )


def _rate(
    street: Organization, counted: dict[str, Any], blown: dict[str, int], bounds: Bounds
) -> WhistleRate:
    left_out = counted.get("left_out", 0)
    cases, whistled = counted.get("every", 0) - left_out, blown.get("cases", 0)
    return WhistleRate(
        street=street,
        cases=cases,
        whistled=whistled,
        left_out=left_out,
        kinds={kind.value: blown.get(kind.value, 0) for kind in WhistleKind},
        standing=standing_of(whistled, cases, bounds),
    )


def _period(first: date, last: date) -> tuple[datetime, datetime]:
    """Return the moments at which the first day begins and the last one is over."""
    return _begin(first), _begin(last + timedelta(days=1))


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
