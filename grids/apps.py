"""The grids app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GridsConfig(AppConfig):
    """Owns the grid forest, buildings, places and QR codes."""

    name = "grids"
    verbose_name = _("Grids")

    def ready(self) -> None:
        """Object to closing communities that still have grids."""
        services = import_module("grids.services.grids")
        import_module("organizations.services.moves").register_objection(services.object_to_closing)
