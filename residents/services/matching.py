"""Finding where dwellings and people do not fit, and keeping what was found true. Source: R-215 to R-217.

One statement looks at an area or at a few places, so that the nightly look and the one after every change
are the same. A mismatch ends by itself when the data no longer say so.
"""

from collections.abc import Iterable
from datetime import date, timedelta

import structlog
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor
from core.errors import Conflict, Invalid, Missing
from organizations.choices import OrganizationKind
from organizations.models import Organization
from residents.choices import ResidentVerb
from residents.models import Dwelling, Household, Mismatch, MismatchState
from residents.policies import REGISTER, require_at
from residents.services.history import note
from residents.services.matching_statement import STATEMENT
from residents.wording import NOT_YOURS

logger = structlog.get_logger(__name__)
LONGEST_DAYS = 366


def look_again(
    *, households: Iterable[Household | None] = (), dwellings: Iterable[Dwelling | None] = ()
) -> None:
    """Look at these places anew, inside the transaction of what changed them. One statement."""
    homes = [household for household in households if household is not None]
    flats = {dwelling.pk for dwelling in dwellings if dwelling is not None}
    flats |= {household.dwelling_id for household in homes if household.dwelling_id is not None}
    _look(None, sorted(flats), sorted({household.pk for household in homes}))


def find_mismatches() -> int:
    """Look at the whole city, a community at a time and each on its own; returns how many were found anew.

    Harmless to repeat.
    """
    communities = Organization.objects.filter(kind=OrganizationKind.COMMUNITY).order_by("pk")
    found = 0
    for pk in list(communities.values_list("pk", flat=True)):
        with transaction.atomic():
            found += _look(pk, [], [])
    logger.info("mismatches found", count=found)
    return found


def mismatch_confirm(*, actor: Actor, mismatch_id: int, reason: str, until: date) -> Mismatch:
    """Say that a mismatch is right as it is, with a reason and until a day; it comes back after that day.

    Raises Missing, Denied, Invalid for the day or a missing reason, and Conflict("mismatch_gone") where the
    data have been put right meanwhile.
    """
    today, text = clock.today(), reason.strip()
    if not text:
        raise Invalid("reason_missing", _("Please say why it is right as it is."), field="reason")
    if not today < until <= today + timedelta(days=LONGEST_DAYS):
        raise Invalid("until_range", _("Give a day after today, at most a year ahead."), field="until")
    with transaction.atomic():
        mismatch = _find(actor, mismatch_id)
        if mismatch.state == MismatchState.GONE:
            raise Conflict("mismatch_gone", _("This has been put right meanwhile."))
        mismatch.state = MismatchState.CONFIRMED
        mismatch.reason, mismatch.confirmed_until = text, until
        mismatch.confirmed_by_id = actor.user_id
        mismatch.save()
        if mismatch.household_id is not None:
            note(
                actor,
                ResidentVerb.CONFIRMED,
                effective_on=today,
                household=mismatch.household,
                text=text,
                kind=mismatch.kind,
            )
    logger.info("mismatch confirmed", mismatch_id=mismatch.pk, actor_id=actor.user_id)
    return mismatch


def _find(actor: Actor, mismatch_id: int) -> Mismatch:
    rows = Mismatch.objects.all()
    if actor.user is not None:
        rows = rows.visible_to(actor.user)
    found: Mismatch | None = rows.select_for_update(of=("self",), no_key=True).filter(pk=mismatch_id).first()
    if found is None:
        raise Missing("mismatch_missing", NOT_YOURS)
    require_at(actor, REGISTER, found)
    return found


def _look(community_id: int | None, dwelling_ids: list[int], household_ids: list[int]) -> int:
    """Run the statement; returns how many mismatches are new or open again."""
    values = {
        "community": community_id,
        "dwellings": dwelling_ids,
        "households": household_ids,
        "today": clock.today(),
    }
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, values)
        row = cursor.fetchone()
    return int(row[0]) if row else 0
