"""The organizations app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationsConfig(AppConfig):
    """Owns users, memberships, the organisation tree and the scopes drawn from them."""

    name = "organizations"
    verbose_name = _("Organisations")

    def ready(self) -> None:
        """Register how the app's notifications read."""
        import_module("organizations.notifications")
