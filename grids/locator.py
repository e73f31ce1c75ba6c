"""From a position to the grid it lies in: a search tree over the boundaries of open leaf grids.

Kept per process and made anew when any grid has changed; grids' services write one after the other, so the
newest change and the number of grids tell every committed state apart.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from threading import Lock

import structlog
from django.db.models import Count, Max
from shapely import STRtree
from shapely.geometry import MultiPolygon, Point, Polygon

from core.errors import Invalid
from grids.geometry import read_boundary
from grids.models import Grid

logger = structlog.get_logger(__name__)
Version = tuple[int, datetime | None]


@dataclass(frozen=True, slots=True)
class _Index:
    version: Version
    search: STRtree
    areas: tuple[Polygon | MultiPolygon, ...]
    grid_ids: tuple[int, ...]


_lock = Lock()
_index: _Index | None = None


def grid_at(longitude: Decimal | float, latitude: Decimal | float) -> Grid | None:
    """Return the open leaf grid the position lies in, the smallest where several do, or None.

    A point on a boundary belongs to the grid. Two queries; all boundaries are read when a grid has changed.
    """
    index = _current()
    point = Point(float(longitude), float(latitude))
    hits = [int(hit) for hit in index.search.query(point, predicate="intersects")]
    if not hits:
        return None
    best = min(hits, key=lambda hit: (index.areas[hit].area, index.grid_ids[hit]))
    found: Grid | None = Grid.objects.open().filter(pk=index.grid_ids[best]).first()
    return found


def _current() -> _Index:
    global _index
    newest = Grid.objects.aggregate(count=Count("pk"), changed=Max("updated_at"))
    version: Version = (newest["count"], newest["changed"])
    known = _index
    if known is not None and known.version == version:
        return known
    with _lock:
        _index = built = _build(version)
    return built


def _build(version: Version) -> _Index:
    areas: list[Polygon | MultiPolygon] = []
    ids: list[int] = []
    rows = Grid.objects.open().leaves().exclude(boundary=None).order_by("pk").values_list("pk", "boundary")
    for pk, boundary in rows:
        try:
            areas.append(read_boundary(boundary))
        except Invalid:
            logger.warning("grid with an unreadable boundary left out", grid_id=pk)
            continue
        ids.append(pk)
    return _Index(version, STRtree(areas), tuple(areas), tuple(ids))
