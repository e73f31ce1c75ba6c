"""The household in which the register (户籍) keeps somebody, who may live in another. Source: R-212."""

import structlog
from django.db import transaction

from core import clock
from core.actor import Actor
from residents.choices import ResidentVerb
from residents.models import Person
from residents.policies import REGISTER, find_household, find_person
from residents.services.history import note
from residents.services.locking import check_version

logger = structlog.get_logger(__name__)


def registered_household_set(
    *, actor: Actor, person_id: int, household_id: int | None, version: int | None = None
) -> Person:
    """Note in which of our households the register keeps the person; None: in none of ours, or not known."""
    with transaction.atomic():
        if household_id is not None:
            find_household(actor, household_id, permission=REGISTER, lock=True)
        person = find_person(actor, person_id, permission=REGISTER, lock=True)
        check_version(person, version)
        if person.registered_household_id == household_id:
            return person
        left, person.registered_household_id = person.registered_household_id, household_id
        person.version += 1
        person.save()
        note(
            actor,
            ResidentVerb.REGISTER_SET,
            effective_on=clock.today(),
            person=person,
            left=left,
            to=household_id,
        )
    logger.info("register noted", person_id=person.pk, actor_id=actor.user_id)
    return person
