"""Changing and closing dwellings, and noting what others report of them. Source: R-214."""

from datetime import date
from decimal import Decimal

import structlog
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor
from core.errors import Invalid
from core.validation import check_fields
from residents.choices import Source
from residents.models import Dwelling, Household
from residents.policies import REGISTER, find_dwelling
from residents.services.matching import look_again
from residents.services.residence import check_day

logger = structlog.get_logger(__name__)


def dwelling_update(
    *,
    actor: Actor,
    dwelling_id: int,
    unit: str,
    room: str,
    use: str,
    area: Decimal | None,
) -> Dwelling:
    """Change what is known of a dwelling; raises Missing, Denied, Invalid for one there is already."""
    with transaction.atomic():
        dwelling = find_dwelling(actor, dwelling_id, permission=REGISTER, lock=True)
        dwelling.unit, dwelling.room, dwelling.use, dwelling.area = unit.strip(), room.strip(), use, area
        check_fields(dwelling)
        dwelling.save()
        look_again(dwellings=[dwelling])
    logger.info("dwelling changed", dwelling_id=dwelling.pk, actor_id=actor.user_id)
    return dwelling


def dwelling_report(
    *,
    actor: Actor,
    dwelling_id: int,
    lived_in: bool,
    reported_on: date,
    source: str = Source.SHARED,
) -> Dwelling:
    """Keep what somebody else says of a dwelling; an older report than the one known changes nothing."""
    check_day(reported_on, field="reported_on")
    with transaction.atomic():
        dwelling = find_dwelling(actor, dwelling_id, permission=REGISTER, lock=True)
        if dwelling.reported_on is None or dwelling.reported_on <= reported_on:
            dwelling.reported_lived_in, dwelling.reported_on = lived_in, reported_on
            dwelling.reported_source = source
            dwelling.save()
            look_again(dwellings=[dwelling])
    logger.info("dwelling reported", dwelling_id=dwelling.pk, actor_id=actor.user_id)
    return dwelling


def dwelling_close(*, actor: Actor, dwelling_id: int, effective_on: date | None = None) -> Dwelling:
    """Close a dwelling that no longer exists; Invalid("dwelling_lived_in") while a household is there."""
    day = effective_on or clock.today()
    check_day(day)
    with transaction.atomic():
        dwelling = find_dwelling(actor, dwelling_id, permission=REGISTER, lock=True)
        if dwelling.closed_on is not None:
            raise Invalid("dwelling_closed", _("This dwelling no longer exists."))
        if Household.objects.open().filter(dwelling=dwelling).exists():
            raise Invalid("dwelling_lived_in", _("Households are registered here. Move or close them first."))
        dwelling.closed_on = day
        dwelling.save()
        look_again(dwellings=[dwelling])
    logger.info("dwelling closed", dwelling_id=dwelling.pk, actor_id=actor.user_id)
    return dwelling
