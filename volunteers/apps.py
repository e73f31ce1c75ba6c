"""The volunteers app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VolunteersConfig(AppConfig):
    """Owns volunteers, wishes and points; it consumes incident events and is above incidents."""

    name = "volunteers"
    verbose_name = _("Volunteers")
