"""Adding dwellings and opening households in them."""

from datetime import date
from decimal import Decimal

import structlog
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor, ActorKind
from core.errors import Invalid, Missing
from core.validation import check_fields
from grids.models import Building
from residents.choices import DwellingUse, HouseholdKind, ResidentVerb, Source
from residents.models import Dwelling, Household
from residents.policies import REGISTER, find_dwelling, require_at
from residents.services.history import note
from residents.services.matching import look_again

logger = structlog.get_logger(__name__)


def dwelling_register(
    *,
    actor: Actor,
    building_id: int,
    room: str,
    unit: str = "",
    use: str = DwellingUse.UNKNOWN,
    area: Decimal | None = None,
) -> Dwelling:
    """Add a dwelling to a building; raises Missing, Denied, or Invalid for a second one."""
    with transaction.atomic():
        building = _find_building(actor, building_id)
        community = building.grid.community
        dwelling = Dwelling(
            building=building,
            grid=building.grid,
            community=community,
            street=community.parent,
            unit=unit.strip(),
            room=room.strip(),
            use=use,
            area=area,
        )
        require_at(actor, REGISTER, dwelling)
        check_fields(dwelling)
        dwelling.save()
    logger.info("dwelling registered", dwelling_id=dwelling.pk, actor_id=actor.user_id)
    return dwelling


def household_open(
    *,
    actor: Actor,
    dwelling_id: int,
    kind: str = HouseholdKind.FAMILY,
    opened_on: date | None = None,
    source: str = Source.COLLECTED,
) -> Household:
    """Open a household in a dwelling, from today unless said; raises Missing, Denied or Invalid."""
    today = clock.today()
    since = opened_on or today
    if since > today:
        raise Invalid(
            "opened_on_ahead", _("The day lies ahead. Give today or an earlier day."), field="opened_on"
        )
    with transaction.atomic():
        dwelling = find_dwelling(actor, dwelling_id, permission=REGISTER, lock=True)
        if dwelling.closed_on is not None:
            raise Invalid(
                "dwelling_closed", _("This dwelling no longer exists. Choose another."), field="dwelling"
            )
        household = Household(
            dwelling=dwelling,
            kind=kind,
            opened_on=since,
            source=source,
            **place_of(dwelling),
        )
        check_fields(household)
        household.save()
        note(actor, ResidentVerb.REGISTERED, effective_on=since, household=household)
        look_again(households=[household])
    logger.info("household opened", household_id=household.pk, actor_id=actor.user_id)
    return household


def household_settle(
    *,
    actor: Actor,
    building_id: int,
    room: str,
    unit: str = "",
    use: str = DwellingUse.UNKNOWN,
    area: Decimal | None = None,
    kind: str = HouseholdKind.FAMILY,
    opened_on: date | None = None,
    source: str = Source.COLLECTED,
) -> Household:
    """Open a household in a dwelling of the building, adding the dwelling where there is none yet.

    Use and area of a known dwelling stay as they are. Raises as `dwelling_register` and `household_open`.
    """
    with transaction.atomic():
        known = Dwelling.objects.filter(building_id=building_id, unit=unit.strip(), room=room.strip())
        dwelling_id = known.values_list("pk", flat=True).first()
        if dwelling_id is None:
            dwelling_id = dwelling_register(
                actor=actor, building_id=building_id, room=room, unit=unit, use=use, area=area
            ).pk
        return household_open(
            actor=actor, dwelling_id=dwelling_id, kind=kind, opened_on=opened_on, source=source
        )


def place_of(row: Dwelling | Household) -> dict[str, int | None]:
    """Return the four columns of where the row stands, for another row at the same place."""
    return {
        "building_id": row.building_id,
        "grid_id": row.grid_id,
        "community_id": row.community_id,
        "street_id": row.street_id,
    }


def _find_building(actor: Actor, building_id: int) -> Building:
    buildings = Building.objects.select_related("grid__community__parent")
    if actor.kind is not ActorKind.SYSTEM:
        buildings = buildings.visible_to(actor.user) if actor.user else buildings.none()
    building: Building | None = buildings.filter(pk=building_id).first()
    if building is None:
        raise Missing("building_missing", _("There is no such building, or you cannot see it."))
    return building
