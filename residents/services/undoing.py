"""Taking back the last change of where somebody lives, by an event of its own. Source: R-213."""

from datetime import date
from typing import Any

import structlog
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.actor import SYSTEM, Actor
from core.errors import Conflict, Invalid
from residents.choices import LifeState, ResidentVerb
from residents.models import Household, PastResidence, Person, ResidentEvent
from residents.policies import REGISTER, find_person
from residents.services.history import note
from residents.services.households import place_of
from residents.services.locking import CHANGED, Held, check_version, hold
from residents.services.matching import look_again
from residents.services.residence import check_kinship, renew

logger = structlog.get_logger(__name__)
_CHANGES = [ResidentVerb.MOVED_IN, ResidentVerb.RETURNED, ResidentVerb.LEFT, ResidentVerb.DIED]


def last_change(person: Person) -> ResidentEvent | None:
    """Return the person's last change of residence that can be taken back; two queries.

    What a split or joining did for several people together is not taken back for one of them.
    """
    events = ResidentEvent.objects.filter(person=person).order_by("-id")
    undone = events.filter(verb=ResidentVerb.UNDONE).values_list("data__undoes", flat=True)
    found = events.filter(verb__in=_CHANGES).exclude(pk__in=list(undone)).first()
    return found if found is not None and not found.data.get("together") else None


def residence_undo(*, actor: Actor, person_id: int, reason: str, version: int | None = None) -> Person:
    """Put the person back to where they lived before the last change, which stays in the history.

    Raises Missing, Denied, Invalid("nothing_to_undo") and Conflict("household_closed") where the household
    they lived in is closed.
    """
    with transaction.atomic():
        held = _hold(actor, person_id)
        person = held.people[person_id]
        check_version(person, version)
        event = last_change(person)
        if event is None:
            raise Invalid("nothing_to_undo", _("There is no change that can be taken back."))
        left, before = held.household_of(person), event.data["before"]
        home = held.households.get(before["household"])
        _check_home(home, before, person)
        PastResidence.objects.filter(pk=event.data["past"]).delete()
        restore(person, before, home)
        note(
            actor,
            ResidentVerb.UNDONE,
            effective_on=event.effective_on,
            person=person,
            household=home or left,
            text=reason.strip(),
            undoes=event.pk,
        )
        renew(*{each.pk: each for each in (left, home) if each is not None}.values())
        look_again(households=[left, home])
    logger.info("residence undone", person_id=person.pk, actor_id=actor.user_id)
    return person


def _hold(actor: Actor, person_id: int) -> Held:
    """Lock the person with the households of now and before; the latter need not be the actor's to see."""
    person = find_person(actor, person_id, permission=REGISTER)
    event = last_change(person)
    return hold(
        SYSTEM, household_ids=[event.data["before"]["household"]] if event else [], person_ids=[person_id]
    )


def _check_home(home: Household | None, before: dict[str, Any], person: Person) -> None:
    if before["household"] is not None and home is None:
        raise Conflict("changed_meanwhile", CHANGED)
    if home is not None and home.closed_on is not None:
        raise Conflict("household_closed", _("The household they lived in is closed by now."))
    if home is not None:
        check_kinship(home, before["kinship"], besides=person.pk)


def restore(person: Person, before: dict[str, Any], home: Household | None) -> None:
    """Give a locked person back what a snapshot tells; the place is where the household is now."""
    person.household, person.kinship = home, before["kinship"]
    person.lived_since = date.fromisoformat(before["since"]) if before["since"] else None
    person.state = LifeState(before["state"])
    person.ended_on = date.fromisoformat(before["ended"]) if before["ended"] else None
    if home is not None:
        for column, value in place_of(home).items():
            setattr(person, column, value)
    person.version += 1
    person.save()
