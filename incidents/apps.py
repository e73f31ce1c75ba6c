"""The incidents app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    """Owns incidents from report to closing: grading, routing, clocks, whistles."""

    name = "incidents"
    verbose_name = _("Incidents")
