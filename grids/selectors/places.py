"""The public address book of the city: streets, communities and grids by name, for residents to choose from.

Names of areas are public, so nobody's visibility is asked; nothing else about them is read here.
"""

from django.db.models import QuerySet

from grids.models import Grid
from organizations.choices import OrganizationKind
from organizations.models import Organization


def open_streets() -> "QuerySet[Organization]":
    """Return the streets and towns in use, by code."""
    return Organization.objects.open().filter(kind=OrganizationKind.STREET).order_by("code", "pk")


def open_communities(street_id: int) -> "QuerySet[Organization]":
    """Return the communities in use of a street, by code."""
    wanted = Organization.objects.open().filter(kind=OrganizationKind.COMMUNITY, parent_id=street_id)
    return wanted.order_by("code", "pk")


def open_leaf_grids(community_id: int) -> "QuerySet[Grid]":
    """Return the grids in use of a community that have no grid below them, by code."""
    return Grid.objects.open().leaves().filter(community_id=community_id).order_by("code")
