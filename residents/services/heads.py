"""Who heads a household, and what the others are to them. Source: R-210."""

from collections.abc import Mapping
from datetime import date

import structlog
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Invalid
from residents.choices import Kinship, ResidentVerb
from residents.models import Household, Person
from residents.rules.kinship import seen_from
from residents.services.history import note
from residents.services.locking import check_version, hold_household
from residents.services.matching import look_again
from residents.services.residence import check_day, renew

logger = structlog.get_logger(__name__)


def head_change(
    *,
    actor: Actor,
    household_id: int,
    person_id: int,
    effective_on: date,
    kinships: Mapping[int, str] | None = None,
    version: int | None = None,
) -> Household:
    """Let a person of the household head it; the others' relations are told anew.

    `kinships` says what each is to the new head, where the rule would only guess. Locks the household and
    its people. Raises Missing, Denied, Conflict("changed_meanwhile") and Invalid.
    """
    with transaction.atomic():
        held = hold_household(actor, household_id)
        household = held.households[household_id]
        check_version(household, version)
        check_day(effective_on, since=household.opened_on, into=household)
        heir = held.people.get(person_id)
        if heir is None:
            raise Invalid("not_of_household", _("Choose somebody who lives here."), field="person")
        lead(actor, household, heir, list(held.people.values()), on=effective_on, kinships=kinships or {})
        renew(household)
        look_again(households=[household])
    logger.info("head changed", household_id=household.pk, actor_id=actor.user_id)
    return household


def succeed(actor: Actor, household: Household | None, heir: Person, *, on: date) -> None:
    """Let somebody of the locked household head it in place of who has just gone; locks its people."""
    if household is None:
        raise Invalid("not_of_household", _("Choose somebody who lives here."), field="successor")
    people = Person.objects.present().filter(household=household).order_by("pk")
    locked = list(people.select_for_update(of=("self",), no_key=True))
    if any(each.kinship == Kinship.HEAD for each in locked):
        raise Invalid("head_already", _("This household has a head already."), field="successor")
    lead(actor, household, next(each for each in locked if each.pk == heir.pk), locked, on=on, kinships={})


def lead(
    actor: Actor,
    household: Household,
    heir: Person,
    people: list[Person],
    *,
    on: date,
    kinships: Mapping[int, str],
) -> None:
    """Make somebody the head of locked people, and write down what the others are to them now."""
    if heir.kinship == Kinship.HEAD and sum(each.kinship == Kinship.HEAD for each in people) == 1:
        return
    former = heir.kinship
    for each in people:
        told = kinships.get(each.pk) or seen_from(former, each.kinship)
        wanted = Kinship.HEAD if each.pk == heir.pk else _not_head(told)
        if each.kinship != wanted:
            each.kinship = wanted
            each.version += 1
            each.save(update_fields=["kinship", "version"])
    note(
        actor,
        ResidentVerb.HEAD_CHANGED,
        effective_on=on,
        person=heir,
        household=household,
        was=former,
    )


def _not_head(kinship: str) -> str:
    return Kinship.OTHER_KIN if kinship == Kinship.HEAD else kinship
