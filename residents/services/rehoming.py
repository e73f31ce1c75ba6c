"""Keeping grid, community and street of people and places true when the hierarchy moves. Source: R-218.

Called in the transaction of the move, set-based: what stands in a moved building, grid or community goes
along, whoever moved away from there included.
"""

from collections.abc import Sequence

import structlog
from django.db.models import QuerySet

from core.actor import Actor
from grids.models import Building
from organizations.choices import OrganizationKind
from organizations.models import Organization
from residents.models import Dwelling, Household, Mismatch, Person
from residents.models.places import Placed

logger = structlog.get_logger(__name__)
# In the order in which every service locks them; streams with rows of their own add theirs.
_MODELS: list[type[Placed]] = [Dwelling, Household, Person, Mismatch]


def register_placed(model: type[Placed]) -> None:
    """Have the rows of a further model follow; called when the app is ready."""
    if model not in _MODELS:
        _MODELS.append(model)


def follow_building(actor: Actor, building: Building) -> None:
    """Give what stands in a moved building its new grid, community and street."""
    community = building.grid.community
    for model in _MODELS:
        _move(
            model._default_manager.filter(building=building),
            grid_id=building.grid_id,
            community_id=community.pk,
            street_id=community.parent_id,
        )
    logger.info("residents rehomed", building_id=building.pk, actor_id=actor.user_id)


def follow_grids(actor: Actor, grid_ids: Sequence[int], community: Organization) -> None:
    """Give what stands in moved grids their new community and street."""
    for model in _MODELS:
        _move(
            model._default_manager.filter(grid_id__in=grid_ids),
            community_id=community.pk,
            street_id=community.parent_id,
        )
    logger.info("residents rehomed", community_id=community.pk, actor_id=actor.user_id)


def follow_organization(actor: Actor, organization: Organization) -> None:
    """Give what stands in a moved community its new street."""
    if organization.kind != OrganizationKind.COMMUNITY or organization.parent_id is None:
        return
    for model in _MODELS:
        _move(model._default_manager.filter(community=organization), street_id=organization.parent_id)
    logger.info("residents rehomed", community_id=organization.pk, actor_id=actor.user_id)


def _move(rows: "QuerySet[Placed]", **place: int | None) -> None:
    """Lock in the order of the ids before any is changed: a service may hold one and want the next."""
    if list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk")):
        rows.update(**place)
