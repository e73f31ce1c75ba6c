"""The organizations app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationsConfig(AppConfig):
    """Owns users, memberships, the organisation tree and the scopes drawn from them."""

    name = "organizations"
    verbose_name = _("Organisations")
