"""The grids app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GridsConfig(AppConfig):
    """Owns the grid forest, buildings, places and QR codes."""

    name = "grids"
    verbose_name = _("Grids")
