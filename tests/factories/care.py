"""Care tags, helpers and units made through the real services."""

from typing import Any

from core.actor import SYSTEM
from organizations.models import Organization, User
from residents.models import CareAssignment, CareTagKind, Person, PersonTag
from residents.services import helper_set, tag_give
from residents.services.reference import load_care_tags

ORDINARY, SENSITIVE = "living-alone", "community-correction"


def kind_of(code: str) -> CareTagKind:
    """Return the kind, with all kinds loaded."""
    if not CareTagKind.objects.exists():
        load_care_tags(actor=SYSTEM)
    return CareTagKind.objects.get(code=code)


def make_tag(person: Person, code: str = ORDINARY, **more: Any) -> PersonTag:
    """Give the person a tag of the kind."""
    return tag_give(actor=SYSTEM, person_id=person.pk, kind_id=kind_of(code).pk, **more)


def make_help(person: Person, helper: User, unit: Organization, **more: Any) -> CareAssignment:
    """Give the person a helper and a unit."""
    more.setdefault("contact_days", 30)
    return helper_set(actor=SYSTEM, person_id=person.pk, helper_id=helper.pk, unit_id=unit.pk, **more)
