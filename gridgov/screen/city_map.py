"""The map without tiles: grid boundaries as paths, drawn once and kept until a grid changes."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from django.db.models import Count, Max

from grids.models import Grid

WIDTH, HEIGHT, MARGIN = 1000, 760, 12
Ring = list[list[float]]


@dataclass(frozen=True, slots=True)
class Shape:
    """One open leaf grid as the `d` of an SVG path."""

    grid_id: int
    name: str
    community_code: str
    path: str


_lock = Lock()
_kept: tuple[tuple[int, datetime | None], dict[int, Shape]] | None = None


def city_shapes() -> dict[int, Shape]:
    """Return the drawn grids by id; one query, and one for all boundaries when a grid has changed."""
    global _kept
    newest = Grid.objects.aggregate(count=Count("pk"), changed=Max("updated_at"))
    version = (newest["count"], newest["changed"])
    kept = _kept
    if kept is not None and kept[0] == version:
        return kept[1]
    with _lock:
        shapes = _draw()
        _kept = (version, shapes)
    return shapes


def _draw() -> dict[int, Shape]:
    rows = list(
        Grid.objects.open()
        .leaves()
        .exclude(boundary=None)
        .values_list("pk", "name", "community__code", "boundary")
    )
    rings = {pk: list(_rings(boundary)) for pk, _name, _code, boundary in rows}
    points = [point for own in rings.values() for ring in own for point in ring]
    if not points:
        return {}
    west, east = min(point[0] for point in points), max(point[0] for point in points)
    south, north = min(point[1] for point in points), max(point[1] for point in points)
    # A degree of longitude is shorter than one of latitude away from the equator.
    shrink = math.cos(math.radians((south + north) / 2))
    scale = min(
        (WIDTH - 2 * MARGIN) / max((east - west) * shrink, 1e-9),
        (HEIGHT - 2 * MARGIN) / max(north - south, 1e-9),
    )
    left = (WIDTH - (east - west) * shrink * scale) / 2
    top = (HEIGHT - (north - south) * scale) / 2

    def place(point: list[float]) -> str:
        across = left + (point[0] - west) * shrink * scale
        return f"{across:.1f} {top + (north - point[1]) * scale:.1f}"

    return {
        pk: Shape(pk, name, code, "".join(f"M{'L'.join(map(place, ring))}Z" for ring in rings[pk]))
        for pk, name, code, _boundary in rows
    }


def _rings(boundary: dict[str, Any]) -> Iterable[Ring]:
    polygons = boundary["coordinates"]
    if boundary["type"] == "Polygon":
        polygons = [polygons]
    for polygon in polygons:
        yield from polygon
