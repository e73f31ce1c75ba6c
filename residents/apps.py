"""The residents app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResidentsConfig(AppConfig):
    """Owns people and households; its place in the layers is above grids and below incidents."""

    name = "residents"
    verbose_name = _("Residents")

    def ready(self) -> None:
        """Register notifications, sealed columns, and what follows when places move or files merge."""
        import_module("residents.notifications")
        import_module("residents.sealed_columns")
        rehoming = import_module("residents.services.rehoming")
        import_module("organizations.services.moves").register_follower(rehoming.follow_organization)
        grid_moves = import_module("grids.services.moves")
        grid_moves.register_follower(rehoming.follow_grids)
        grid_moves.register_building_follower(rehoming.follow_building)
        merging = import_module("residents.services.merging")
        tags = self.get_model("PersonTag")
        merging.register_mover(merging.rows_of(tags, same=("kind_mark", "ended_on")))
        merging.register_mover(merging.rows_of(self.get_model("CareAssignment"), same=("valid_to",)))
        merging.register_mover(merging.rows_of(self.get_model("ContactLog")))
        merging.register_mover(merging.rows_of(import_module("residents.models").Need))
