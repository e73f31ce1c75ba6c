"""Whole households: to another dwelling, in two, into one, and to an end. Source: R-211."""

from collections.abc import Collection, Mapping
from datetime import date

import structlog
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor
from core.errors import Invalid
from residents.choices import HouseholdKind, Kinship, ResidentVerb
from residents.models import Dwelling, Household, Person
from residents.policies import REGISTER, find_dwelling
from residents.services.heads import lead
from residents.services.history import note
from residents.services.households import place_of
from residents.services.locking import Held, check_version, hold_household
from residents.services.matching import look_again
from residents.services.needs import needs_carry
from residents.services.residence import check_day, come, renew

logger = structlog.get_logger(__name__)


def household_move(
    *,
    actor: Actor,
    household_id: int,
    dwelling_id: int,
    effective_on: date,
    version: int | None = None,
) -> Household:
    """Let a household with all its people live in another dwelling from the day.

    Raises Missing and Denied for either place, Conflict("changed_meanwhile"), Invalid for a closed dwelling
    or a day that cannot be.
    """
    with transaction.atomic():
        dwelling = _dwelling(actor, dwelling_id)
        held = hold_household(actor, household_id)
        household = held.households[household_id]
        check_version(household, version)
        check_day(effective_on, since=household.opened_on, into=household)
        if household.dwelling_id == dwelling.pk:
            raise Invalid("lives_here", _("The household lives in this dwelling already."), field="dwelling")
        left = household.dwelling
        household.dwelling = dwelling
        for column, value in place_of(dwelling).items():
            setattr(household, column, value)
        household.version += 1
        household.save()
        Person.objects.present().filter(household=household).update(**place_of(dwelling))
        note(
            actor,
            ResidentVerb.MOVED_HOUSE,
            effective_on=effective_on,
            household=household,
            left=left.pk if left else None,
            to=dwelling.pk,
        )
        look_again(households=[household], dwellings=[left, dwelling])
    logger.info("household moved", household_id=household.pk, actor_id=actor.user_id)
    return household


def household_split(
    *,
    actor: Actor,
    household_id: int,
    person_ids: Collection[int],
    head_id: int,
    effective_on: date,
    dwelling_id: int | None = None,
    successor_id: int | None = None,
    version: int | None = None,
) -> Household:
    """Let some of the people be a household of their own, in the same dwelling or another; returns it.

    `head_id` heads the new household; `successor_id` the old one, where its head goes along. Somebody must
    stay: who all move are moved with `household_move`.
    """
    chosen = set(person_ids)
    with transaction.atomic():
        dwelling = _dwelling(actor, dwelling_id) if dwelling_id is not None else None
        held = hold_household(actor, household_id)
        household = held.households[household_id]
        check_version(household, version)
        check_day(effective_on, since=household.opened_on, into=household)
        going, staying = _parted(held, chosen, head_id)
        _check_arrivals(going, effective_on)
        new = Household.objects.create(
            dwelling=dwelling or household.dwelling,
            kind=HouseholdKind.FAMILY,
            opened_on=effective_on,
            source=household.source,
            **place_of(dwelling or household),
        )
        note(actor, ResidentVerb.SPLIT, effective_on=effective_on, household=household, into=new.pk)
        note(actor, ResidentVerb.SPLIT, effective_on=effective_on, household=new, out_of=household.pk)
        _take_over(actor, new, going, head_id, effective_on)
        if successor_id is not None:
            _lead(actor, household, staying, successor_id, effective_on)
        renew(household)
        look_again(households=[household, new])
    logger.info("household split", household_id=household.pk, new_id=new.pk, actor_id=actor.user_id)
    return new


def household_join(
    *,
    actor: Actor,
    household_id: int,
    into_id: int,
    effective_on: date,
    kinships: Mapping[int, str] | None = None,
    version: int | None = None,
) -> Household:
    """Let everybody of one household live in another from the day, and close the first; returns the other.

    `kinships` says what each is to the head there; without it they are other relatives.
    """
    if household_id == into_id:
        raise Invalid("lives_here", _("Choose another household."), field="household")
    with transaction.atomic():
        held = hold_household(actor, household_id, others=[into_id])
        household, into = held.households[household_id], held.households[into_id]
        check_version(household, version)
        check_day(effective_on, since=household.opened_on, into=household)
        check_day(effective_on, into=into)
        people = list(held.people.values())
        _check_arrivals(people, effective_on)
        for person in people:
            told = (kinships or {}).get(person.pk, Kinship.OTHER_KIN)
            kinship = Kinship.OTHER_KIN if told == Kinship.HEAD else told
            come(actor, person, into, kinship=kinship, on=effective_on, together=True)
        note(actor, ResidentVerb.JOINED, effective_on=effective_on, household=household, into=into.pk)
        note(actor, ResidentVerb.JOINED, effective_on=effective_on, household=into, out_of=household.pk)
        needs_carry(household, into)
        _close(actor, household, effective_on)
        renew(into)
        look_again(households=[household, into])
    logger.info("households joined", household_id=household.pk, into_id=into.pk, actor_id=actor.user_id)
    return into


def household_close(
    *, actor: Actor, household_id: int, effective_on: date | None = None, version: int | None = None
) -> Household:
    """Close a household in which nobody lives; Invalid("household_lived_in") while somebody does."""
    with transaction.atomic():
        held = hold_household(actor, household_id)
        household = held.households[household_id]
        check_version(household, version)
        day = effective_on or clock.today()
        check_day(day, since=household.opened_on, into=household)
        if held.people:
            raise Invalid(
                "household_lived_in", _("Somebody lives here. Let them move or join another first.")
            )
        _close(actor, household, day)
        look_again(households=[household])
    logger.info("household closed", household_id=household.pk, actor_id=actor.user_id)
    return household


def _dwelling(actor: Actor, dwelling_id: int) -> Dwelling:
    dwelling = find_dwelling(actor, dwelling_id, permission=REGISTER, lock=True)
    if dwelling.closed_on is not None:
        raise Invalid(
            "dwelling_closed", _("This dwelling no longer exists. Choose another."), field="dwelling"
        )
    return dwelling


def _parted(held: Held, chosen: set[int], head_id: int) -> tuple[list[Person], list[Person]]:
    """Return who goes and who stays; Invalid for strangers, nobody, or everybody."""
    if not chosen or not chosen <= held.people.keys():
        raise Invalid("not_of_household", _("Choose people who live here."), field="people")
    if chosen == held.people.keys():
        raise Invalid(
            "split_leaves_nobody",
            _("Somebody must stay. If all move, move the household."),
            field="people",
        )
    if head_id not in chosen:
        raise Invalid("not_of_household", _("The new head must be one of those who go."), field="head")
    people = held.people.values()
    return [each for each in people if each.pk in chosen], [each for each in people if each.pk not in chosen]


def _check_arrivals(people: Collection[Person], on: date) -> None:
    for person in people:
        check_day(on, since=person.lived_since)


def _take_over(actor: Actor, new: Household, going: list[Person], head_id: int, on: date) -> None:
    relations = {each.pk: each.kinship for each in going}
    for person in going:
        come(actor, person, new, kinship=relations[person.pk], on=on, together=True)
    _lead(actor, new, going, head_id, on)


def _lead(actor: Actor, household: Household, people: list[Person], head_id: int, on: date) -> None:
    heir = next((each for each in people if each.pk == head_id), None)
    if heir is None:
        raise Invalid("not_of_household", _("Choose somebody who lives here."), field="successor")
    lead(actor, household, heir, people, on=on, kinships={})


def _close(actor: Actor, household: Household, day: date) -> None:
    household.closed_on = day
    household.version += 1
    household.save()
    note(actor, ResidentVerb.CLOSED, effective_on=day, household=household)
