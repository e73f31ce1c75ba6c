"""The composition root as a Django app: system checks and cross-app pages."""

from importlib import import_module

from django.apps import AppConfig


class GridGovConfig(AppConfig):
    """Registers the system checks."""

    name = "gridgov"
    verbose_name = "GridGov"

    def ready(self) -> None:
        """Import the checks for their registration."""
        import_module("gridgov.checks")
