"""Registering people in a household and correcting what is known of them."""

from collections.abc import Mapping
from copy import copy
from dataclasses import asdict
from datetime import date

import structlog
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor
from core.errors import Conflict, Invalid
from core.pinyin import initials, sounds
from residents.choices import Kinship, ResidentVerb, Source
from residents.importing.differences import COLUMNS, accepts
from residents.models import Household, Person
from residents.policies import REGISTER, find_household, find_person
from residents.rules.people import CleanPerson, PersonDraft, read_person
from residents.rules.sources import Origin
from residents.sealing import seal_document, seal_phone
from residents.services.history import note
from residents.services.households import place_of
from residents.services.locking import check_version
from residents.services.matching import look_again
from residents.services.residence import renew
from residents.wording import as_invalid

logger = structlog.get_logger(__name__)
# Staff correct what they see: their word is taken as it is.
_BY_STAFF = frozenset({Source.COLLECTED, Source.MAINTAINED})


def person_register(
    *,
    actor: Actor,
    household_id: int,
    draft: PersonDraft,
    kinship: str = Kinship.HEAD,
    lived_since: date | None = None,
    source: str = Source.COLLECTED,
    mother_id: int | None = None,
) -> Person:
    """Register a person as living in a household, a newborn (with `mother_id`) from the day of birth.

    Raises Missing, Denied, Invalid for each field that cannot be taken, and
    Conflict("document_taken") where somebody has the document. Locks the household.
    """
    clean = _clean(draft)
    today = clock.today()
    with transaction.atomic():
        household = find_household(actor, household_id, permission=REGISTER, lock=True)
        _check_household(household)
        since = lived_since or today if mother_id is None else _birth(clean, household)
        _check_since(since, household, today)
        person = Person(
            household=household,
            kinship=kinship,
            lived_since=since,
            source=source,
            as_of=today,
            **place_of(household),
        )
        fill(person, clean)
        _check_document(person)
        person.save()
        if mother_id is None:
            note(actor, ResidentVerb.REGISTERED, effective_on=since, person=person, household=household)
        else:
            note(
                actor,
                ResidentVerb.BORN,
                effective_on=since,
                person=person,
                household=household,
                mother=mother_id,
            )
        renew(household)
        look_again(households=[household])
    logger.info("person registered", person_id=person.pk, actor_id=actor.user_id)
    return person


def person_correct(
    *,
    actor: Actor,
    person_id: int,
    draft: PersonDraft,
    version: int | None = None,
    source: str = Source.MAINTAINED,
) -> Person:
    """Replace what is known of a person; an event names the fields that changed.

    What does not come from staff gives way field by field to what is known better (R-220).
    Raises as `person_register`, and Conflict("changed_meanwhile") for a form made from an older row.
    """
    clean = _clean(draft)
    today = clock.today()
    with transaction.atomic():
        person = find_person(actor, person_id, permission=REGISTER, lock=True)
        check_version(person, version)
        before = copy(person)
        changed = fill(person, clean)
        if source not in _BY_STAFF:
            changed = _keep_better(person, before, changed, Origin(source, today))
        if not changed:
            return person
        _check_document(person)
        person.field_sources |= {name: [source, today.isoformat()] for name in changed}
        person.version += 1
        person.save()
        note(actor, ResidentVerb.CORRECTED, effective_on=today, person=person, fields=changed)
    logger.info("person corrected", person_id=person.pk, actor_id=actor.user_id)
    return person


def fill(person: Person, clean: CleanPerson) -> list[str]:
    """Put the cleaned values into the row, sealed where they identify; returns the names of changed fields.

    A number that stays the same keeps its seal, so that an unchanged file is no change.
    """
    document = seal_document(clean.document)
    phone = seal_phone(clean.phone)
    before = (person.document_kind, person.document_mark), person.phone_mark
    plain = {
        "name": clean.name,
        "gender": clean.gender.value,
        "birth_date": clean.birth_date,
        "population_type": clean.population_type,
        "political_status": clean.political_status,
        "registered_division": clean.registered_division,
    }
    changed = [name for name, value in plain.items() if getattr(person, name) != value]
    _assign(person, plain | {"pinyin": sounds(clean.name), "initials": initials(clean.name)})
    if before[0] != (document.document_kind, document.document_mark):
        changed.append("document_number")
        _assign(person, asdict(document))
    if before[1] != phone.phone_mark:
        changed.append("phone")
        _assign(person, asdict(phone))
    return sorted(changed)


def _keep_better(person: Person, before: Person, changed: list[str], new: Origin) -> list[str]:
    """Put back what is known better than by the new source; returns the fields that stay changed."""
    kept = [name for name in changed if not accepts(before, name, new)]
    for name in kept:
        _assign(person, {column: getattr(before, column) for column in COLUMNS[name]})
    return [name for name in changed if name not in kept]


def _assign(person: Person, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        setattr(person, name, value)


def _clean(draft: PersonDraft) -> CleanPerson:
    clean, problems = read_person(draft, today=clock.today())
    if problems:
        raise as_invalid(problems[0])
    return clean


def _check_household(household: Household) -> None:
    if household.closed_on is not None:
        raise Invalid(
            "household_closed", _("This household no longer exists. Open another."), field="household"
        )


def _birth(clean: CleanPerson, household: Household) -> date:
    """Return since when a newborn lives in the household: never before there was one."""
    if clean.birth_date is None:
        raise Invalid("birth_date_missing", _("Please give the date of birth."), field="birth_date")
    return max(clean.birth_date, household.opened_on)


def _check_since(since: date, household: Household, today: date) -> None:
    if since > today:
        raise Invalid(
            "since_ahead", _("The day lies ahead. Give today or an earlier day."), field="lived_since"
        )
    if since < household.opened_on:
        raise Invalid(
            "since_before_household", _("The household did not exist on that day."), field="lived_since"
        )


def _check_document(person: Person) -> None:
    """Refuse a document somebody else has; two at once are caught by the constraint."""
    if person.document_mark is None:
        return
    same = Person.objects.filter(document_kind=person.document_kind, document_mark=person.document_mark)
    if same.exclude(merged_into__isnull=False).exclude(pk=person.pk).exists():
        raise Conflict(
            "document_taken",
            _("Somebody with this document is registered already. Search for the number to find the file."),
            field="document_number",
        )
