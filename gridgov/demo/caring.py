"""Care in the demo: some tags, one of them sensitive, and people with a helper and a unit."""

from collections.abc import Sequence

from core import clock
from core.actor import SYSTEM
from organizations.choices import OrganizationKind, Role
from organizations.models import Membership, Organization
from residents import services
from residents.models import CareTagKind, ContactKind, Household, Person

_TAGS = ("living-alone", "advanced-age", "minimum-living", "veteran", "disabled", "community-correction")


def look_after(households: Sequence[Household]) -> None:
    """Give the heads of the first households tags, and the first three a helper and a unit."""
    kinds = {kind.code: kind for kind in CareTagKind.objects.filter(code__in=_TAGS)}
    people = list(
        Person.objects.present().filter(household__in=households, kinship="head").order_by("pk")[: len(_TAGS)]
    )
    for person, code in zip(people, _TAGS, strict=False):
        services.tag_give(actor=SYSTEM, person_id=person.pk, kind_id=kinds[code].pk)
    unit = Organization.objects.open().filter(kind=OrganizationKind.DEPARTMENT).order_by("code", "pk").first()
    for number, person in enumerate(people[:3]):
        helper = _helper(person)
        if helper is None or unit is None:
            return
        made = services.helper_set(
            actor=SYSTEM,
            person_id=person.pk,
            helper_id=helper,
            unit_id=unit.pk,
            contact_days=(7, 14, 30)[number],
        )
        if number == 0:
            services.contact_log(
                actor=SYSTEM,
                assignment_id=made.pk,
                on=clock.today(),
                kind=ContactKind.VISIT,
                note_text="上门看望，家中水管漏水已帮忙联系维修。",
            )


def _helper(person: Person) -> int | None:
    """Return the account of the community's grid worker, by preference, or of its staff."""
    posts = Membership.objects.valid_on(clock.today()).filter(organization_id=person.community_id)
    for role in (Role.GRID_WORKER, Role.COMMUNITY_STAFF):
        found: int | None = posts.filter(role=role).order_by("pk").values_list("user_id", flat=True).first()
        if found is not None:
            return found
    return None
