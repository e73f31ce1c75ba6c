"""Births and deaths. Source: R-208, R-210."""

from datetime import date

import structlog
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Invalid
from residents.choices import LifeState, ResidentVerb
from residents.models import Person
from residents.rules.kinship import newborn
from residents.rules.people import PersonDraft
from residents.services.heads import succeed
from residents.services.locking import check_version, hold
from residents.services.matching import look_again
from residents.services.people import person_register
from residents.services.residence import check_day, go, renew

logger = structlog.get_logger(__name__)


def person_born(
    *, actor: Actor, mother_id: int, draft: PersonDraft, kinship: str = "", household_id: int | None = None
) -> Person:
    """Register a newborn with its mother, from the day of birth, or from when the household began.

    The relation follows from the mother's unless it is given. Raises as `person_register`, and
    Invalid("birth_date_missing") without a date of birth.
    """
    with transaction.atomic():
        held = hold(actor, person_ids=[mother_id], household_ids=[household_id])
        mother = held.people[mother_id]
        home = held.households[household_id] if household_id else held.household_of(mother)
        if home is None:
            raise Invalid("not_living_here", _("The mother lives in no household here. Name one."))
        child = person_register(
            actor=actor,
            household_id=home.pk,
            draft=draft,
            kinship=kinship or newborn(mother.kinship),
            mother_id=mother.pk,
        )
    logger.info("birth registered", person_id=child.pk, actor_id=actor.user_id)
    return child


def person_die(
    *,
    actor: Actor,
    person_id: int,
    effective_on: date,
    successor_id: int | None = None,
    version: int | None = None,
) -> Person:
    """Note a death: it ends the residence. Without a successor a headless household is listed as such.

    The day may lie in the time after somebody moved away. Raises Missing, Denied, Conflict, Invalid.
    """
    with transaction.atomic():
        held = hold(actor, person_ids=[person_id, *([successor_id] if successor_id else [])])
        person = held.people[person_id]
        check_version(person, version)
        if person.state not in {LifeState.LIVING, LifeState.MOVED_AWAY}:
            raise Invalid("not_living", _("This file is closed already."))
        check_day(effective_on, since=person.lived_since or person.ended_on)
        home = held.household_of(person)
        go(actor, person, state=LifeState.DECEASED, last_day=effective_on, verb=ResidentVerb.DIED)
        if successor_id is not None:
            heir = held.people[successor_id]
            succeed(actor, held.household_of(heir), heir, on=effective_on)
        renew(home)
        look_again(households=[home])
    logger.info("death registered", person_id=person.pk, actor_id=actor.user_id)
    return person
