"""Boundaries and positions, without the database: GeoJSON in, shapely shapes or a clear refusal out."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from shapely import GEOSException
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.validation import explain_validity

from core.errors import Invalid

MAX_POINTS = 20_000


def read_boundary(boundary: Any) -> Polygon | MultiPolygon:
    """Return the shape of a GeoJSON Polygon or MultiPolygon in degrees; raises Invalid."""
    kind = boundary.get("type") if isinstance(boundary, dict) else None
    if kind not in {"Polygon", "MultiPolygon"}:
        raise _refused(_("A boundary is a GeoJSON Polygon or MultiPolygon."))
    try:
        area = shape(boundary)
    except (GEOSException, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise _refused(_("The boundary cannot be read: its coordinates are not complete.")) from error
    if not isinstance(area, Polygon | MultiPolygon) or area.is_empty:
        raise _refused(_("The boundary is empty."))
    if len(area.wkb) > MAX_POINTS * 16:
        raise _refused(_("The boundary has too many points. Simplify it first."))
    west, south, east, north = area.bounds
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise _refused(_("Longitude and latitude are degrees, longitude first."))
    if not area.is_valid:
        raise Invalid(
            "boundary_invalid",
            _("The boundary crosses itself or is not closed properly (%(where)s)."),
            field="boundary",
            params={"where": explain_validity(area)},
        )
    return area


def check_position(longitude: Decimal | None, latitude: Decimal | None) -> None:
    """Raise Invalid unless both are given and on the globe, or neither."""
    if (longitude is None) != (latitude is None):
        raise Invalid(
            "position_incomplete", _("A position needs both longitude and latitude."), field="longitude"
        )
    if longitude is None or latitude is None:
        return
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise Invalid("position_impossible", _("This position is not on the globe."), field="longitude")


def _refused(message: str) -> Invalid:
    return Invalid("boundary_invalid", message, field="boundary")
