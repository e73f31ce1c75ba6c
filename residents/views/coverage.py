"""/residents/visits/coverage/ — how far the visits of a period have come, and who has not been seen."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.errors import Denied, Invalid
from core.keyset import paginate
from core.listing import CURSOR, Chip, kept, link, page_links
from core.periods import PeriodForm
from organizations.scopes import scope_of
from residents.policies import VIEW_VISIT, VISIT
from residents.rules.rounds import COVERAGE_WANTED, Unseen
from residents.selectors.coverage import (
    UNSEEN_ORDER,
    Area,
    Covered,
    area_of,
    coverage,
    households_on,
    in_order_of_seeing,
    seen_between,
    unseen_condition,
    unseen_counts,
)
from residents.selectors.route import families_of

SIZE = 25
_AREA = ("unit", "grid")
UNSEEN_LABELS = {
    Unseen.NEVER: gettext_lazy("never seen"),
    Unseen.YEAR: gettext_lazy("longer than a year ago"),
    Unseen.HALF_YEAR: gettext_lazy("half a year to a year ago"),
    Unseen.QUARTER: gettext_lazy("three to six months ago"),
    Unseen.LATELY: gettext_lazy("within three months"),
}


@login_required
@never_cache
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Show numerator and denominator of the area and of its parts, and how long households are unseen."""
    area, form = _asked(request)
    context: dict[str, Any] = {
        "form": form,
        "area": area,
        "keep": kept(request.GET, _AREA),
        "wanted": COVERAGE_WANTED,
        "above": _above(request, area),
    }
    try:
        first, last = form.period()
    except Invalid as error:
        return render(request, "residents/coverage.html", context | {"problem": error.message}, status=422)
    total, parts = coverage(request.user, area, first, last)
    counts = unseen_counts(request.user, area)
    period = {"first": first.isoformat(), "last": last.isoformat()}
    context |= {
        "first": first,
        "last": last,
        "total": _line(request, total, period, linked=True),
        "rows": [_line(request, part, period, linked=bool(part.parameters)) for part in parts],
        "unseen": [
            Chip(
                _list_url(request, unseen=str(each)),
                UNSEEN_LABELS[each],
                active=False,
                count=counts[each],
            )
            for each in Unseen
        ],
    }
    return render(request, "residents/coverage.html", context)


@login_required
@never_cache
@require_safe
def households(request: HttpRequest) -> HttpResponse:
    """Show the households behind a figure, longest unseen first."""
    area, form = _asked(request)
    first, last = form.period()
    seen, unseen = request.GET.get("seen", ""), request.GET.get("unseen", "")
    rows = households_on(request.user, last).filter(area.condition)
    if unseen in set(Unseen):
        rows = rows.filter(unseen_condition(Unseen(unseen)))
    elif seen in {"yes", "no"}:
        met = seen_between(first, last)
        rows = rows.filter(met) if seen == "yes" else rows.exclude(met)
    page = paginate(
        in_order_of_seeing(rows), order=UNSEEN_ORDER, cursor=request.GET.get(CURSOR, ""), size=SIZE
    )
    families = families_of(page.rows)
    context = {
        "area": area,
        "rows": [(row, families[row.pk]) for row in page.rows],
        "chips": [
            Chip(link(request.GET, unseen=str(each), seen=None), UNSEEN_LABELS[each], str(each) == unseen)
            for each in Unseen
        ],
        "seen": seen if unseen not in set(Unseen) else "",
        "first": first,
        "last": last,
        "may_visit": VISIT in scope_of(request.user).permissions,
        "coverage_url": f"{reverse('residents:coverage')}{link(request.GET, seen=None, unseen=None)}",
        "back": request.get_full_path(),
        **page_links(page, request.GET),
    }
    return render(request, "residents/visit_households.html", context)


def _asked(request: HttpRequest) -> tuple[Area, PeriodForm]:
    if VIEW_VISIT not in scope_of(request.user).permissions:
        raise Denied("permission_missing", _("Your role does not include this step."))
    area = area_of(request.user, request.GET.get("unit", ""), request.GET.get("grid", ""))
    return area, PeriodForm(request.GET)


def _line(request: HttpRequest, covered: Covered, period: dict[str, str], *, linked: bool) -> dict[str, Any]:
    """Return a line with the ways to its parts, to who was seen and to who was not."""
    where: dict[str, str | None] = dict(covered.parameters)
    if "grid" in where:
        where["unit"] = None
    behind = {**where, **period}
    return {
        "covered": covered,
        "name": covered.name or _("Whole area"),
        "url": link(request.GET, **where) if "unit" in covered.parameters else "",
        "seen_url": _list_url(request, seen="yes", **behind) if linked else "",
        "unseen_url": _list_url(request, seen="no", **behind) if linked else "",
        "missing": covered.households - covered.seen,
    }


def _above(request: HttpRequest, area: Area) -> list[tuple[str, str]]:
    """Return the way back up: the whole area and the units above the one shown."""
    if not area.name:
        return []
    steps = [(str(_("Whole area")), link(request.GET, unit=None, grid=None))]
    if area.grid is not None and area.community is not None:
        steps.append((area.community.name, link(request.GET, unit=str(area.community.pk), grid=None)))
    elif area.community is not None and area.street is not None:
        steps.append((area.street.name, link(request.GET, unit=str(area.street.pk), grid=None)))
    return steps


def _list_url(request: HttpRequest, **changes: str | None) -> str:
    return f"{reverse('residents:visit-households')}{link(request.GET, **changes)}"
