"""The QR codes of a grid, as they are printed: the grid's own first, then its buildings'."""

from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from core import clock
from grids.models import Building, Grid, QRCode
from organizations.scopes import AnyUser


@dataclass(frozen=True, slots=True)
class CodedPlace:
    """A place with its living code; None where it has none, or one that has expired."""

    name: str
    code: QRCode | None


def coded_places(grid: Grid) -> list[CodedPlace]:
    """Return the grid and its buildings with their codes; two queries."""
    living = QRCode.objects.filter(grid=grid).living(clock.now())
    codes = {code.building_id: code for code in living}
    buildings = Building.objects.filter(grid=grid).order_by("code")
    return [
        CodedPlace(grid.name, codes.get(None)),
        *(CodedPlace(building.name, codes.get(building.pk)) for building in buildings),
    ]


def grids_to_print(user: AnyUser, sought: str) -> QuerySet[Grid]:
    """Return the open leaf grids the person sees, with `building_count` and `code_count`; not evaluated."""
    buildings = Building.objects.filter(grid=OuterRef("pk"))
    codes = QRCode.objects.filter(grid=OuterRef("pk")).living(clock.now())
    grids: QuerySet[Grid] = Grid.objects.visible_to(user).open().leaves().select_related("community")
    if sought:
        grids = grids.filter(Q(name__icontains=sought) | Q(community__name__icontains=sought))
    return grids.annotate(building_count=_number_of(buildings), code_count=_number_of(codes))


def _number_of(rows: QuerySet[Building] | QuerySet[QRCode]) -> Coalesce:
    counted = rows.order_by().values("grid").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)
