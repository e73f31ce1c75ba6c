"""The incidents app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    """Owns incidents from report to closing: grading, routing, clocks, whistles."""

    name = "incidents"
    verbose_name = _("Incidents")

    def ready(self) -> None:
        """Register how the app's notifications read, and what follows when the hierarchy moves or closes."""
        import_module("incidents.notifications")
        import_module("incidents.sealed_columns")
        rehoming = import_module("incidents.services.rehoming")
        closings = import_module("incidents.services.rule_closings")
        organization_moves = import_module("organizations.services.moves")
        organization_moves.register_follower(rehoming.follow_organization)
        organization_moves.register_closing_listener(closings.report_closed_organization)
        import_module("grids.services.moves").register_follower(rehoming.follow_grids)
        desk = import_module("incidents.services.visit_problems").VisitProblemDesk()
        import_module("residents.services.problems").register_problem_desk(desk)
