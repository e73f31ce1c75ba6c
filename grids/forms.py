"""Forms of grids, buildings and assignments: shape only, the services check the rules."""

from core.admin import ServiceForm
from grids.models import Building, Grid, GridAssignment


class GridForm(ServiceForm):
    """A grid in its community, or below another grid of it."""

    class Meta:
        """What is asked."""

        model = Grid
        fields = ("community", "parent", "kind", "code", "name", "boundary")


class BuildingForm(ServiceForm):
    """A building in a grid."""

    class Meta:
        """What is asked."""

        model = Building
        fields = ("grid", "code", "name", "address", "longitude", "latitude")


class GridAssignmentForm(ServiceForm):
    """Who looks after what, from when until when."""

    class Meta:
        """What is asked."""

        model = GridAssignment
        fields = ("membership", "grid", "building", "valid_from", "valid_to")
