"""The grid forest, its buildings, who looks after them, and their QR codes."""

from grids.models.assignments import GridAssignment
from grids.models.buildings import Building
from grids.models.grids import Grid
from grids.models.qr import QRCode

__all__ = ["Building", "Grid", "GridAssignment", "QRCode"]
