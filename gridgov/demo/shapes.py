"""Boundaries for invented grids: one pattern of cells over a city, without overlaps and gaps.

Plain geometry in degrees. Every cell of every level is a union of the same smallest cells.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely
import shapely.geometry
from shapely.geometry import MultiPoint, MultiPolygon, Point, Polygon

KM_PER_DEGREE = 111.32
ROUNDED = 1e-6  # about 10 cm; corners that two cells share are rounded alike
RELAXATIONS = 12
Area = Polygon | MultiPolygon


@dataclass(frozen=True, slots=True)
class Cell:
    """The smallest area with the places of its community and large grid in their lists."""

    community: int
    large: int
    area: Area


def city_cells(
    *,
    centre: tuple[float, float],
    radius_km: tuple[float, float],
    plan: Sequence[Sequence[int]],
    seed: int,
) -> list[Cell]:
    """Return the cells of a city; `plan` holds, per community and large grid, how many cells it has."""
    chance = random.Random(seed)
    outline = _outline(centre, radius_km, chance)
    seeds: list[tuple[int, int, Point]] = []
    for community, area in enumerate(_split(outline, len(plan), chance)):
        larges = _split(area, len(plan[community]), chance)
        for large, part in enumerate(larges):
            count = plan[community][large]
            seeds += [(community, large, _middle(small)) for small in _split(part, count, chance)]
    areas = _cells([point for _community, _large, point in seeds], outline)
    return [
        Cell(community, large, area) for (community, large, _point), area in zip(seeds, areas, strict=True)
    ]


def joined(areas: Sequence[Area]) -> Area:
    """Return the union of neighbouring cells."""
    union = shapely.union_all(list(areas))
    if not isinstance(union, Polygon | MultiPolygon):
        raise TypeError("cells join to an area")
    return union


def read(boundary: Any) -> Area:
    """Return the area of a boundary that has been stored."""
    area = shapely.geometry.shape(boundary)
    if not isinstance(area, Polygon | MultiPolygon):
        raise TypeError("a boundary is an area")
    return area


def geojson(area: Area) -> dict[str, Any]:
    """Return an area as GeoJSON with lists, as it comes back from the database."""
    polygons = area.geoms if isinstance(area, MultiPolygon) else [area]
    coordinates = [[[list(point) for point in polygon.exterior.coords]] for polygon in polygons]
    if len(coordinates) == 1:
        return {"type": "Polygon", "coordinates": coordinates[0]}
    return {"type": "MultiPolygon", "coordinates": coordinates}


def points_inside(area: Area, count: int, chance: random.Random) -> list[tuple[float, float]]:
    """Return positions well inside the area, spread as evenly as relaxed cells are."""
    inner = area.buffer(-0.00012)
    room = inner if isinstance(inner, Polygon | MultiPolygon) and not inner.is_empty else area
    centres = [part.representative_point() for part in _split(room, count, chance)]
    return [(round(point.x, 6), round(point.y, 6)) for point in centres]


def _outline(centre: tuple[float, float], radius_km: tuple[float, float], chance: random.Random) -> Polygon:
    """Return a town between hills and a bay: an uneven round with one bite out of its south-east."""
    corners = 72
    phases = [chance.uniform(0, 2 * math.pi) for _ in range(4)]
    points = []
    for number in range(corners):
        angle = 2 * math.pi * number / corners
        swing = sum(math.sin((wave + 2) * angle + phases[wave]) / (wave + 3) for wave in range(4))
        bite = 0.34 * math.exp(-(((angle - 5.35) / 0.42) ** 2))
        reach = 1 + 0.16 * swing - bite
        east = radius_km[0] * reach * math.cos(angle) / (KM_PER_DEGREE * math.cos(math.radians(centre[1])))
        north = radius_km[1] * reach * math.sin(angle) / KM_PER_DEGREE
        points.append((centre[0] + east, centre[1] + north))
    return Polygon(points)


def _split(area: Area, count: int, chance: random.Random) -> list[Area]:
    """Return `count` parts of similar size, from west to east, so that neighbours in the list are near."""
    if count == 1:
        return [area]
    points = _random_points(area, count, chance)
    parts: list[Area] = []
    for _ in range(RELAXATIONS):
        parts = _cells(points, area)
        points = [_middle(part) for part in parts]
    return sorted(parts, key=lambda part: part.centroid.x)


def _middle(part: Area) -> Point:
    centre = part.centroid
    return centre if part.contains(centre) else part.representative_point()


def _random_points(area: Area, count: int, chance: random.Random) -> list[Point]:
    west, south, east, north = area.bounds
    points: list[Point] = []
    while len(points) < count:
        point = Point(chance.uniform(west, east), chance.uniform(south, north))
        if area.contains(point):
            points.append(point)
    return points


def _cells(points: Sequence[Point], area: Area) -> list[Area]:
    """Return the part of the area nearest to each point, in the order of the points."""
    pattern = shapely.voronoi_polygons(MultiPoint(list(points)), extend_to=area.envelope)
    cells = list(pattern.geoms)
    tree = shapely.STRtree(cells)
    found: list[Area] = []
    for point in points:
        cell = cells[int(tree.query(point, predicate="intersects")[0])]
        part = shapely.set_precision(cell.intersection(area), ROUNDED)
        found.append(part if isinstance(part, Polygon | MultiPolygon) else cell)
    return found
