"""The two halves of every change of residence, on locked rows: somebody goes, somebody comes.

They write the row, the earlier residence and the event; who may do it and on which day is asked before.
"""

from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor
from core.errors import Invalid, Text
from residents.choices import Kinship, LifeState, ResidentVerb
from residents.models import Household, PastResidence, Person
from residents.rules.residence import day_problem, last_day_before
from residents.services.history import note
from residents.services.households import place_of

_PROBLEMS: dict[str, Text] = {
    "ahead": _("The day lies ahead. Give today or an earlier day."),
    "before_arrival": _("The day lies before the last change of residence. Give a later day."),
    "before_household": _("The household did not exist on that day."),
    "after_closing": _("This household no longer exists. Open another."),
}


def check_day(
    on: date, *, since: date | None = None, into: Household | None = None, field: str = "effective_on"
) -> None:
    """Raise Invalid("day_…") where a change cannot hold from the day. Source: R-208."""
    problem = day_problem(
        on,
        today=clock.today(),
        since=since,
        opened=into.opened_on if into else None,
        closed=into.closed_on if into else None,
    )
    if problem:
        raise Invalid(f"day_{problem}", _PROBLEMS[problem], field=field)


def first_free_day(person: Person) -> date | None:
    """Return the first day on which a change may hold for the person: one query for who lives nowhere."""
    if person.household_id is not None:
        return person.lived_since
    last = PastResidence.objects.filter(person=person).aggregate(last=Max("valid_to"))["last"]
    days = [day for day in (last, person.ended_on) if day is not None]
    return date.fromordinal(max(days).toordinal() + 1) if days else None


def check_kinship(household: Household, kinship: str, *, besides: int | None = None) -> None:
    """Raise Invalid("head_already") for a second head; one query, and only for a head. Source: R-210."""
    if kinship != Kinship.HEAD:
        return
    heads = Person.objects.present().filter(household=household, kinship=Kinship.HEAD)
    if heads.exclude(pk=besides).exists():
        raise Invalid(
            "head_already",
            _("This household has a head. Choose another relation, or change the head first."),
            field="kinship",
        )


def snapshot(person: Person) -> dict[str, Any]:
    """Return where and how the person lives, as an event keeps it."""
    return {
        "household": person.household_id,
        "kinship": person.kinship,
        "since": person.lived_since.isoformat() if person.lived_since else None,
        "state": person.state,
        "ended": person.ended_on.isoformat() if person.ended_on else None,
    }


def close_residence(person: Person, last_day: date) -> int | None:
    """Keep the residence that ends as an earlier one; None where it did not last a day."""
    if person.household_id is None or person.lived_since is None or last_day < person.lived_since:
        return None
    past = PastResidence.objects.create(
        person=person,
        household_id=person.household_id,
        kinship=person.kinship,
        valid_from=person.lived_since,
        valid_to=last_day,
    )
    return past.pk


def come(
    actor: Actor,
    person: Person,
    household: Household,
    *,
    kinship: str,
    on: date,
    verb: ResidentVerb = ResidentVerb.MOVED_IN,
    text: str = "",
    **data: Any,
) -> None:
    """Let the person live in the household from the day; where they lived before ends the day before."""
    before, left = snapshot(person), person.household
    past = close_residence(person, last_day_before(on))
    if left is not None:
        note(
            actor,
            ResidentVerb.MOVED_OUT,
            effective_on=on,
            person=person,
            household=left,
            to=household.pk,
        )
    person.household, person.kinship, person.lived_since = household, kinship, on
    person.state, person.ended_on = LifeState.LIVING, None
    for column, value in place_of(household).items():
        setattr(person, column, value)
    person.version += 1
    person.save()
    note(
        actor,
        verb,
        effective_on=on,
        person=person,
        household=household,
        text=text,
        before=before,
        past=past,
        **data,
    )


def go(
    actor: Actor, person: Person, *, state: LifeState, last_day: date, verb: ResidentVerb, text: str = ""
) -> None:
    """End the person's living here with the day; they live in no household of ours afterwards."""
    before, home = snapshot(person), person.household
    past = close_residence(person, last_day)
    person.household, person.lived_since = None, None
    person.state, person.ended_on = state, last_day
    person.version += 1
    person.save()
    note(
        actor,
        verb,
        effective_on=last_day,
        person=person,
        household=home,
        text=text,
        before=before,
        past=past,
    )


def renew(*households: Household | None) -> None:
    """Raise the version of the households whose people have changed."""
    for household in households:
        if household is not None:
            household.version += 1
            household.save(update_fields=["version"])
