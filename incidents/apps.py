"""The incidents app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    """Owns incidents from report to closing: grading, routing, clocks, whistles."""

    name = "incidents"
    verbose_name = _("Incidents")

    def ready(self) -> None:
        """Register how the app's notifications read."""
        import_module("incidents.notifications")
