"""Who may do what to grids; what a person sees at all is decided by the querysets."""

from grids.models import Grid
from organizations.choices import OrganizationKind, Role
from organizations.scopes import AnyUser, scope_of

_LOCAL_ROLES = frozenset({Role.COMMUNITY_STAFF, Role.STREET_STAFF, Role.STREET_LEADER})
_CITY_ROLES = frozenset({Role.CITY_GRID_OFFICE, Role.SYSTEM_ADMINISTRATOR})


def can_manage_qr(user: AnyUser, grid: Grid) -> bool:
    """Return whether the person issues, replaces and blocks the grid's codes: its community or a post above.

    Reads the grid's community; select it along where many grids are judged.
    """
    local = {grid.community_id, grid.community.parent_id}
    return any(
        (post.role in _LOCAL_ROLES and post.organization_id in local)
        or (post.role in _CITY_ROLES and post.organization_kind == OrganizationKind.CITY)
        for post in scope_of(user).posts
    )
