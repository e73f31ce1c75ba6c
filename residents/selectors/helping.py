"""What pages show of helpers and units, and whom one may name as such."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core import clock
from core.pinyin import plain
from core.suggestions import Suggestion
from organizations.choices import OrganizationKind, Role
from organizations.models import Membership, Organization
from organizations.scopes import AnyUser, scope_of
from residents.choices import LifeState
from residents.models import CareAssignment, ContactLog, Person
from residents.policies import MANAGE_CARE, may
from residents.sealing import open_contact

MOST = 10
LONGEST = 60
LATEST = 5


def assignments_of(people: Sequence[Person]) -> dict[int, CareAssignment]:
    """Return who helps these people now, by person; one query. For people the user has been found to see."""
    rows = CareAssignment.objects.open().filter(person__in=people).select_related("helper", "unit")
    return {row.person_id: row for row in rows}


def may_contact(user: AnyUser, assignment: CareAssignment, person: Person) -> bool:
    """Return whether the user may write down that they were in touch; no query after the scope."""
    scope = scope_of(user)
    theirs = assignment.helper_id == scope.user_id or assignment.unit_id in scope.department_ids
    return theirs or may(user, MANAGE_CARE, person)


def contacts_of(person: Person) -> list[tuple[ContactLog, str]]:
    """Return the latest contacts with what was said; one query."""
    rows = ContactLog.objects.filter(person=person).select_related("by")[:LATEST]
    return [(row, open_contact(row)) for row in rows]


def my_people(user: AnyUser, *, of_unit: bool) -> "QuerySet[CareAssignment]":
    """Return whom the user helps, or whom their departments and units help. Source: R-246."""
    scope = scope_of(user)
    wanted = Q(unit_id__in=scope.department_ids) if of_unit else Q(helper_id=scope.user_id)
    rows: QuerySet[CareAssignment] = CareAssignment.objects.visible_to(user).open().filter(wanted)
    return rows.filter(person__state=LifeState.LIVING).select_related(
        "helper",
        "unit",
        "person__community",
        "person__household__dwelling",
        "person__household__building",
        "person__household__community",
    )


def suggest_helpers(user: AnyUser, words: str) -> list[Suggestion]:
    """Return people with a post today within the user's area, by name; two queries."""
    sought = plain(words)[:LONGEST].split("·")[0].strip()
    if not sought:
        return []
    posts: Any = Membership.objects.visible_to(user).valid_on(clock.today())
    named = posts.filter(user__is_active=True, user__full_name__icontains=sought)
    rows = named.select_related("user", "organization").order_by("user__full_name", "user_id", "pk")
    found: dict[int, Suggestion] = {}
    for post in rows[: MOST * 3]:
        words_beside = f"{post.organization} · {Role(post.role).label}"
        found.setdefault(post.user_id, Suggestion(str(post.user_id), str(post.user), words_beside))
    return list(found.values())[:MOST]


def suggest_units(user: AnyUser, words: str) -> list[Suggestion]:
    """Return departments and units the user sees, by name; one query."""
    sought = plain(words)[:LONGEST]
    if not sought:
        return []
    kinds = (OrganizationKind.DEPARTMENT, OrganizationKind.UNIT)
    rows = Organization.objects.visible_to(user).open().filter(kind__in=kinds, name__icontains=sought)
    return [
        Suggestion(str(each.pk), each.name, _("department") if each.kind == "department" else _("unit"))
        for each in rows.order_by("name", "pk")[:MOST]
    ]
