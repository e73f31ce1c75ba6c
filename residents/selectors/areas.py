"""Which communities somebody holds a permission for."""

from typing import Any

from organizations.choices import OrganizationKind
from organizations.models import Organization
from organizations.scopes import AnyUser, scope_of


def communities_with(user: AnyUser, permission: str) -> Any:
    """Return the communities at or below a post with the permission, those that no longer work left out."""
    posts = [post for post in scope_of(user).posts if permission in post.permissions]
    communities = Organization.objects.open().filter(kind=OrganizationKind.COMMUNITY)
    if any(post.organization_kind == OrganizationKind.CITY for post in posts):
        return communities
    units = {post.organization_id for post in posts}
    return communities.filter(pk__in=units) | communities.filter(parent_id__in=units)
