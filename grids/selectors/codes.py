"""The QR codes of a grid, as they are printed: the grid's own first, then its buildings'."""

from dataclasses import dataclass

from core import clock
from grids.models import Building, Grid, QRCode


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
