"""Keeping incidents' street and community true when the hierarchy moves; called in the move's transaction."""

from collections.abc import Sequence
from typing import Any

import structlog
from django.db.models import F, OuterRef, Subquery

from core import tree
from core.actor import Actor
from incidents.models import Clock, Incident
from incidents.rules.vocabulary import Level
from incidents.rules.workflow import OPEN_STATES
from organizations.choices import OrganizationKind
from organizations.models import Organization

logger = structlog.get_logger(__name__)


def follow_organization(actor: Actor, organization: Organization) -> None:
    """Give a moved community's incidents its new street; open ones the old street owned go along."""
    if organization.kind != OrganizationKind.COMMUNITY or organization.parent is None:
        return
    street = organization.parent
    incidents = Incident.objects.filter(community=organization)
    _hold(incidents)
    owned = incidents.filter(
        state__in=OPEN_STATES, owner_level=Level.STREET, owner_organization_id=F("street_id")
    )
    _to_city(owned.filter(accused_organization=street), street)
    owned.update(owner_organization=street)
    count = incidents.exclude(street=street).update(street=street)
    _hand_clocks_on(incidents)
    logger.info("incidents rehomed", count=count, street_id=street.pk, actor_id=actor.user_id)


def follow_grids(actor: Actor, grid_ids: Sequence[int], community: Organization) -> None:
    """Give moved grids' incidents their new community and street; open ones these owned go along."""
    incidents = Incident.objects.filter(grid_id__in=grid_ids)
    _hold(incidents)
    still_open = incidents.filter(state__in=OPEN_STATES)
    local = still_open.filter(
        owner_level__in=[Level.GRID, Level.COMMUNITY], owner_organization_id=F("community_id")
    )
    above = still_open.filter(owner_level=Level.STREET, owner_organization_id=F("street_id"))
    for owned in (local, above):
        _to_city(owned.filter(accused_organization__in=[community.pk, community.parent_id]), community)
    local.update(owner_organization=community)
    above.update(owner_organization_id=community.parent_id)
    count = incidents.update(community=community, street_id=community.parent_id)
    _hand_clocks_on(incidents)
    logger.info("incidents rehomed", count=count, community_id=community.pk, actor_id=actor.user_id)


def _to_city(incidents: Any, unit: Organization) -> None:
    """Let the city have reports about the unit that would get them, or the one above. Source: R-106."""
    if incidents.exists():
        city = tree.ancestors(unit).filter(kind=OrganizationKind.CITY).order_by("-level").first()
        incidents.update(owner_level=Level.CITY, owner_organization=city)


def _hold(incidents: Any) -> None:
    """Lock the rows before any is changed: a step in progress may be handing one to the unit left behind."""
    list(incidents.order_by("pk").select_for_update(no_key=True).values_list("pk"))


def _hand_clocks_on(incidents: Any) -> None:
    """Give the incidents' own running limits to whom the incidents belong now."""
    owner = Incident.objects.filter(pk=OuterRef("incident_id")).values("owner_organization_id")
    running = Clock.objects.filter(
        incident__in=incidents.values("pk"), stopped_at=None, whistle_response=None
    )
    running.update(organization_id=Subquery(owner[:1]))
