"""Showing a person's numbers in the clear, for a purpose that is written down. Source: R-251."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Denied, Invalid, Missing
from core.looks import clean_purpose, log_looks
from residents.models import Person
from residents.policies import REVEAL, find_person
from residents.sealing import open_document, open_phone

SUBJECT = "person"
DOCUMENT = "document"
PHONE = "phone"
FIELDS = (DOCUMENT, PHONE)


class RevealPurpose(models.TextChoices):
    """What a look is for; the words beside it say which case."""

    CONTACT = "contact", _("reach the person")
    IDENTITY = "identity", _("check who somebody is")
    SERVICE = "service", _("handle a request of the person")
    EMERGENCY = "emergency", _("emergency or rescue")
    CORRECTION = "correction", _("correct the file")


@dataclass(frozen=True, slots=True)
class RevealedNumbers:
    """The numbers that were asked for; the others are None, a number nobody knows is empty."""

    document: str | None = None
    phone: str | None = None


def person_reveal(
    *, actor: Actor, person_id: int, fields: Collection[str], purpose: str, words: str
) -> RevealedNumbers:
    """Return the numbers asked for and log a look at each; a refused attempt is logged too. Source: R-251.

    Raises Missing("person_missing"), Denied("not_permitted"), Invalid("choice_invalid"|"purpose_missing").
    """
    user_id = _user_id(actor)
    wanted = [field for field in FIELDS if field in fields]
    if not wanted or purpose not in RevealPurpose.values:
        field = "purpose" if wanted else "fields"
        raise Invalid("choice_invalid", _("Please choose one of the values offered."), field=field)
    why = clean_purpose(f"{RevealPurpose(purpose).label}：{clean_purpose(words)}")
    try:
        with transaction.atomic():
            person = find_person(actor, person_id, permission=REVEAL)
            log_looks(user_id, subject_type=SUBJECT, subject_ids=[person.pk], fields=wanted, purpose=why)
            return RevealedNumbers(
                document=open_document(person) if DOCUMENT in wanted else None,
                phone=open_phone(person) if PHONE in wanted else None,
            )
    except (Missing, Denied):
        _log_refused(user_id, person_id, wanted, why)
        raise


def reveal_allowed(*, actor: Actor, person_id: int) -> Person:
    """Return the person whose numbers the actor may ask for; a refused attempt is logged. Source: R-251.

    Raises Missing("person_missing"), Denied("not_permitted").
    """
    try:
        return find_person(actor, person_id, permission=REVEAL)
    except (Missing, Denied):
        _log_refused(_user_id(actor), person_id, FIELDS, "")
        raise


def _log_refused(user_id: int, person_id: int, fields: Collection[str], purpose: str) -> None:
    """Log a refused look, unless there is no such file at all."""
    if Person.objects.filter(pk=person_id).exists():
        log_looks(
            user_id,
            subject_type=SUBJECT,
            subject_ids=[person_id],
            fields=fields,
            purpose=purpose,
            refused=True,
        )


def _user_id(actor: Actor) -> int:
    if actor.user_id is None:
        raise Denied("not_permitted", _("Only somebody with an account may see numbers."))
    return actor.user_id
