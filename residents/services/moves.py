"""One person changes where they live: within the city, away from it, and back. Source: R-208, R-209."""

from datetime import date

import structlog
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import SYSTEM, Actor
from core.errors import Invalid, Missing
from residents.choices import Kinship, LifeState, ResidentVerb
from residents.models import Household, Person
from residents.policies import REGISTER, find_household
from residents.rules.documents import DocumentKind, read_document
from residents.sealing import document_mark
from residents.services.heads import succeed
from residents.services.locking import Held, check_version, hold
from residents.services.matching import look_again
from residents.services.residence import check_day, check_kinship, come, first_free_day, go, renew

logger = structlog.get_logger(__name__)


def person_move(
    *,
    actor: Actor,
    person_id: int,
    household_id: int,
    effective_on: date,
    kinship: str,
    successor_id: int | None = None,
    version: int | None = None,
) -> Person:
    """Let a person who lives here live in another household from the day.

    `successor_id` heads the household they leave, where they headed it. Raises Missing and Denied for
    either household, Conflict("changed_meanwhile"), and Invalid for a day or relation that cannot be.
    """
    with transaction.atomic():
        held = hold(
            actor,
            household_ids=[household_id],
            person_ids=[person_id, *([successor_id] if successor_id else [])],
        )
        person = held.people[person_id]
        check_version(person, version)
        _check_living(person)
        _settle(actor, held, person, held.households[household_id], effective_on, kinship)
        _succeed(actor, held, successor_id, effective_on)
    logger.info("person moved", person_id=person.pk, actor_id=actor.user_id)
    return person


def person_take_in(
    *,
    actor: Actor,
    household_id: int,
    document_kind: str,
    document_number: str,
    effective_on: date,
    kinship: str,
) -> Person:
    """Let the owner of a document move in, wherever in the city their file is. Source: R-209.

    Who holds the document in hand need not see the file, which may be in another street; the file comes to
    them. Raises Invalid for a number that cannot be, Missing("document_unknown") where nobody has it.
    """
    document = read_document(DocumentKind(document_kind), document_number, today=clock.today())
    if document.problem or not document.number:
        raise Invalid(
            "document_wrong", _("This number cannot be right. Compare it."), field="document_number"
        )
    with transaction.atomic():
        household = find_household(actor, household_id, permission=REGISTER)
        mark = document_mark(document.kind, document.number)
        people = Person.objects.filter(
            document_kind=document.kind,
            document_mark=mark,
            state__in=[LifeState.LIVING, LifeState.MOVED_AWAY],
        )
        person_id = people.values_list("pk", flat=True).first()
        if person_id is None:
            raise Missing("document_unknown", _("Nobody is registered with this document. Register them."))
        held = hold(SYSTEM, household_ids=[household.pk], person_ids=[person_id])
        person = held.people[person_id]
        _settle(actor, held, person, held.households[household.pk], effective_on, kinship)
    logger.info("person taken in", person_id=person.pk, actor_id=actor.user_id)
    return person


def person_leave(
    *,
    actor: Actor,
    person_id: int,
    effective_on: date,
    where: str = "",
    successor_id: int | None = None,
    version: int | None = None,
) -> Person:
    """Note that a person has moved away, with their last day here and where to in words."""
    with transaction.atomic():
        held = hold(actor, person_ids=[person_id, *([successor_id] if successor_id else [])])
        person = held.people[person_id]
        check_version(person, version)
        _check_living(person)
        check_day(effective_on, since=first_free_day(person))
        home = held.household_of(person)
        go(
            actor,
            person,
            state=LifeState.MOVED_AWAY,
            last_day=effective_on,
            verb=ResidentVerb.LEFT,
            text=where.strip(),
        )
        _succeed(actor, held, successor_id, effective_on)
        renew(home)
        look_again(households=[home])
    logger.info("person left", person_id=person.pk, actor_id=actor.user_id)
    return person


def person_return(
    *,
    actor: Actor,
    person_id: int,
    household_id: int,
    effective_on: date,
    kinship: str = Kinship.HEAD,
    version: int | None = None,
) -> Person:
    """Let a person who had moved away live in a household again from the day."""
    with transaction.atomic():
        held = hold(actor, household_ids=[household_id], person_ids=[person_id])
        person = held.people[person_id]
        check_version(person, version)
        if person.state != LifeState.MOVED_AWAY:
            raise Invalid("not_away", _("Only who has moved away can come back."))
        _settle(actor, held, person, held.households[household_id], effective_on, kinship)
    logger.info("person returned", person_id=person.pk, actor_id=actor.user_id)
    return person


def _settle(actor: Actor, held: Held, person: Person, into: Household, on: date, kinship: str) -> None:
    if person.household_id == into.pk:
        raise Invalid("lives_here", _("The person lives in this household already."), field="household")
    check_day(on, since=first_free_day(person), into=into)
    check_kinship(into, kinship)
    home = held.household_of(person)
    verb = ResidentVerb.MOVED_IN if person.state == LifeState.LIVING else ResidentVerb.RETURNED
    come(actor, person, into, kinship=kinship, on=on, verb=verb)
    renew(home, into)
    look_again(households=[home, into])


def _succeed(actor: Actor, held: Held, successor_id: int | None, on: date) -> None:
    if successor_id is not None:
        heir = held.people[successor_id]
        succeed(actor, held.household_of(heir), heir, on=on)


def _check_living(person: Person) -> None:
    if person.state != LifeState.LIVING:
        raise Invalid("not_living_here", _("This person no longer lives here."))
