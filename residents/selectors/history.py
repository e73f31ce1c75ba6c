"""What happened to a household or a person, as the timeline shows it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from organizations.scopes import AnyUser
from residents.choices import ResidentVerb
from residents.models import Household, Person, ResidentEvent

LONGEST = 100
_SIGNS = {
    ResidentVerb.REGISTERED: "plus",
    ResidentVerb.CORRECTED: "sign",
    ResidentVerb.MOVED_IN: "home",
    ResidentVerb.MOVED_OUT: "send",
    ResidentVerb.MOVED_HOUSE: "building",
    ResidentVerb.BORN: "heart",
    ResidentVerb.MERGED: "link",
    ResidentVerb.UNMERGED: "undo",
    ResidentVerb.IMPORTED: "download",
    ResidentVerb.IMPORT_UNDONE: "undo",
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the timeline; the names are those the timeline component reads."""

    title: str
    who: str
    at: datetime
    text: str
    icon: str


def history_part(user: AnyUser, household: Household) -> dict[str, Any]:
    """Return the latest events of the household and its people while they were here; one query."""
    events = ResidentEvent.objects.visible_to(user).filter(household=household)
    return {"events": happenings(events)}


def history_of(person: Person) -> list[Happening]:
    """Return the latest events of a person and of the files merged into theirs; one query.

    For pages of people whom the user has been found to see.
    """
    return happenings(ResidentEvent.objects.filter(Q(person=person) | Q(person__merged_into=person)))


def happenings(events: QuerySet[ResidentEvent]) -> list[Happening]:
    """Return the events, the latest first."""
    rows = events.select_related("person", "actor").order_by("-effective_on", "-id")[:LONGEST]
    return [_line(row) for row in rows]


def _line(event: ResidentEvent) -> Happening:
    verb = ResidentVerb(event.verb)
    title = f"{event.person.name} · {verb.label}" if event.person else str(verb.label)
    day = _("Holds from %(day)s") % {"day": event.effective_on.isoformat()}
    return Happening(
        title=title,
        who=str(event.actor) if event.actor else _("the system"),
        at=event.at,
        text=" · ".join(part for part in (day, event.note) if part),
        icon=_SIGNS.get(verb, "check"),
    )
