"""The residents app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResidentsConfig(AppConfig):
    """Owns people and households; its place in the layers is above grids and below incidents."""

    name = "residents"
    verbose_name = _("Residents")

    def ready(self) -> None:
        """Register how notifications read."""
        import_module("residents.notifications")
