"""/report/near/ — what has already been reported where somebody is about to report the same."""

from decimal import Decimal, InvalidOperation

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from grids.locator import grid_at
from grids.models import Grid
from incidents.selectors.categories import category_in_use
from incidents.selectors.duplicates import Ground, Proposal, duplicates_near
from incidents.selectors.units import grids_to_choose

_LONGEST = 2000


@login_required
@require_GET
def near(request: HttpRequest) -> HttpResponse:
    """Say what looks the same within the person's view; nothing before kind and place are known."""
    return render(request, "incidents/_near.html", {"proposals": _proposals(request)})


def _proposals(request: HttpRequest) -> list[Proposal]:
    query = request.GET
    category = category_in_use(query.get("category", "")[:8])
    longitude, latitude = _degrees(query.get("lng", "")), _degrees(query.get("lat", ""))
    grid = _grid(request, longitude, latitude)
    if category is None or grid is None:
        return []
    ground = Ground(
        category=category,
        text=f"{query.get('address', '')} {query.get('description', '')}"[:_LONGEST],
        grid=grid,
        longitude=longitude,
        latitude=latitude,
    )
    return duplicates_near(request.user, ground)


def _grid(request: HttpRequest, longitude: Decimal | None, latitude: Decimal | None) -> Grid | None:
    """Return the chosen grid, the one of the position, or the person's only one."""
    own = grids_to_choose(request.user)
    chosen = request.GET.get("grid", "")
    if chosen.isascii() and chosen.isdigit() and len(chosen) < 19:
        return own.filter(pk=int(chosen)).first()
    if longitude is not None and latitude is not None:
        return grid_at(longitude, latitude)
    few = list(own[:2])
    return few[0] if len(few) == 1 else None


def _degrees(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) <= 180 else None
