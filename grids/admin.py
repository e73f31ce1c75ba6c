"""Administration of the grid forest, buildings and who looks after them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core import clock, tree
from core.actor import Actor
from core.admin import ServiceAdmin, TreeAdmin
from grids.forms import BuildingForm, GridAssignmentForm, GridForm
from grids.models import Building, Grid, GridAssignment, QRCode
from grids.services import (
    assignment_end,
    building_create,
    building_update,
    grid_assign,
    grid_close,
    grid_create,
    grid_move,
    grid_update,
)
from grids.services.qr import qr_revoke, qr_rotate


@admin.register(Grid)
class GridAdmin(TreeAdmin):
    """The grid forest, dragged under its lock."""

    form = GridForm
    list_display = ("tree_actions", "indented_title", "code", "tier", "kind", "community", "closed_on")
    list_display_links = ("indented_title",)
    list_select_related = ("community",)
    list_filter = ("kind", "tier", ("closed_on", admin.EmptyFieldListFilter))
    search_fields = ("name", "code", "community__name")
    autocomplete_fields = ("community",)
    list_per_page = 500
    actions = ("close",)
    fields = ("community", "parent", "kind", "code", "name", "boundary")

    def create(self, actor: Actor, data: dict[str, Any]) -> Grid:
        """Create through the service."""
        return grid_create(
            actor=actor,
            community_id=data["community"].pk,
            code=data["code"],
            name=data["name"],
            kind=data["kind"],
            parent_id=data["parent"].pk if data["parent"] else None,
            boundary=data["boundary"],
        )

    def change(self, actor: Actor, obj: Grid, data: dict[str, Any]) -> Grid:
        """Move where the place is another, then change the rest."""
        parent_id = data["parent"].pk if data["parent"] else None
        community_id = data["community"].pk
        placed = Grid.objects.filter(pk=obj.pk, parent_id=parent_id, community_id=community_id)
        if not placed.exists():
            grid_move(actor=actor, grid_id=obj.pk, parent_id=parent_id, community_id=community_id)
        return grid_update(
            actor=actor,
            grid_id=obj.pk,
            code=data["code"],
            name=data["name"],
            kind=data["kind"],
            boundary=data["boundary"],
            clear_boundary=data["boundary"] is None,
        )

    def move(
        self, actor: Actor, node: Any, *, parent_id: int | None, beside_id: int | None, side: tree.Side
    ) -> Grid:
        """Move through the service; beside a root means into its community."""
        community_id = None
        if parent_id is None and beside_id is not None:
            community_id = Grid.objects.values_list("community_id", flat=True).get(pk=beside_id)
        return grid_move(
            actor=actor,
            grid_id=node.pk,
            parent_id=parent_id,
            community_id=community_id,
            beside_id=beside_id,
            side=side,
        )

    @admin.action(description=_("Close the selected grids"), permissions=["change"])
    def close(self, request: HttpRequest, queryset: QuerySet[Grid]) -> None:
        """Close each selected grid."""
        self.perform(
            request,
            queryset,
            lambda actor, row: grid_close(actor=actor, grid_id=row.pk),
            str(_("Closed")),
        )


@admin.register(Building)
class BuildingAdmin(ServiceAdmin):
    """Buildings; flat rows, found by search."""

    form = BuildingForm
    list_display = ("name", "code", "grid", "address")
    list_select_related = ("grid",)
    search_fields = ("name", "code", "address", "grid__name")
    autocomplete_fields = ("grid",)
    show_full_result_count = False

    def create(self, actor: Actor, data: dict[str, Any]) -> Building:
        """Create through the service."""
        return building_create(actor=actor, grid_id=data.pop("grid").pk, **data)

    def change(self, actor: Actor, obj: Building, data: dict[str, Any]) -> Building:
        """Change through the service."""
        return building_update(actor=actor, building_id=obj.pk, grid_id=data.pop("grid").pk, **data)


@admin.register(GridAssignment)
class GridAssignmentAdmin(ServiceAdmin):
    """Who looks after which grid or building."""

    form = GridAssignmentForm
    list_display = ("person", "grid", "building", "valid_from", "valid_to")
    list_select_related = ("membership__user", "grid", "building")
    search_fields = (
        "membership__user__full_name",
        "membership__user__username",
        "grid__name",
        "building__name",
    )
    autocomplete_fields = ("membership", "grid", "building")
    actions = ("end",)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin today unless said otherwise."""
        return {"valid_from": clock.today(), **super().get_changeform_initial_data(request)}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let assignments only be ended: another grid is another assignment."""
        return obj is None and super().has_change_permission(request, obj)

    def create(self, actor: Actor, data: dict[str, Any]) -> GridAssignment:
        """Assign through the service."""
        return grid_assign(actor=actor, **data)

    @admin.display(description=_("person"), ordering="membership__user__full_name")
    def person(self, assignment: GridAssignment) -> str:
        """Return the person's name and role."""
        membership = assignment.membership
        return f"{membership.user}（{membership.get_role_display()}）"

    @admin.action(description=_("End the selected assignments"), permissions=["change"])
    def end(self, request: HttpRequest, queryset: QuerySet[GridAssignment]) -> None:
        """End each selected assignment, so that it holds no longer from today."""
        self.perform(
            request,
            queryset,
            lambda actor, row: assignment_end(actor=actor, assignment_id=row.pk),
            str(_("Ended")),
        )


@admin.register(QRCode)
class QRCodeAdmin(ServiceAdmin):
    """The codes that hang on walls; they are made and printed on the grid's sheet."""

    list_display = ("place", "community", "version", "expires_at", "revoked_at", "sheet")
    list_display_links = None
    list_select_related = ("grid__community", "building")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter), "expires_at")
    search_fields = ("grid__name", "grid__code", "building__name", "grid__community__name")
    ordering = ("grid__code", "building__code", "pk")
    actions = ("rotate", "revoke")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: the sheet makes all codes of a grid at once."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let codes only be replaced or blocked."""
        return obj is None and super().has_change_permission(request, obj)

    @admin.display(description=_("place"), ordering="grid__code")
    def place(self, code: QRCode) -> str:
        """Return the building, or the grid for its own code."""
        return str(code.building or code.grid)

    @admin.display(description=_("community"), ordering="grid__community__name")
    def community(self, code: QRCode) -> str:
        """Return the name of the community."""
        return code.grid.community.name

    @admin.display(description=_("sheet"))
    def sheet(self, code: QRCode) -> SafeString:
        """Return the link to the printable sheet."""
        return format_html('<a href="{}">{}</a>', reverse("qr-sheet", args=[code.grid.code]), _("Print"))

    @admin.action(description=_("Replace the selected codes"), permissions=["change"])
    def rotate(self, request: HttpRequest, queryset: QuerySet[QRCode]) -> None:
        """Replace each selected code."""
        self.perform(
            request, queryset, lambda actor, row: qr_rotate(actor=actor, qr_id=row.pk), str(_("Replaced"))
        )

    @admin.action(description=_("Block the selected codes"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[QRCode]) -> None:
        """Block each selected code."""
        self.perform(
            request, queryset, lambda actor, row: qr_revoke(actor=actor, qr_id=row.pk), str(_("Blocked"))
        )
