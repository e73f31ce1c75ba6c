"""What the page of one person shows."""

from typing import Any

from django.db.models import Q

from core import clock
from core.errors import Missing
from organizations.scopes import AnyUser
from residents.models import MergeRecord, PastResidence, Person
from residents.selectors.duplicates import candidates_of
from residents.selectors.file import person_row
from residents.selectors.history import history_of
from residents.wording import NOT_YOURS


def person_for(user: AnyUser, person_id: int) -> Person:
    """Return the person with their place; raises Missing("person_missing") outside what the user sees."""
    found: Person | None = (
        Person.objects.visible_to(user)
        .select_related(
            "household__dwelling",
            "household__building",
            "household__community",
            "registered_household__dwelling",
            "registered_household__building",
            "registered_household__community",
            "grid",
            "community",
            "street",
            "merged_into",
        )
        .filter(pk=person_id)
        .first()
    )
    if found is None:
        raise Missing("person_missing", NOT_YOURS)
    return found


def person_facts(user: AnyUser, person: Person) -> dict[str, Any]:
    """Return the person's earlier residences, mergings, history, and files that may be theirs too."""
    past = PastResidence.objects.filter(Q(person=person) | Q(person__merged_into=person))
    return {
        "row": person_row(person, clock.today()),
        "past": past.select_related("household__dwelling", "household__building", "household__community"),
        "merges": MergeRecord.objects.filter(kept=person, undone_at=None).select_related("gone", "merged_by"),
        "candidates": candidates_of(user, person) if person.state == "living" else [],
        "events": history_of(person),
    }
