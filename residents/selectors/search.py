"""Finding people and dwellings by what somebody remembers of them. Source: R-263 to R-265.

Beginnings of names are walked along an index in their order; any other part is found by its pairs of
characters and not sorted, because sorting all who are called 建国 would take longer than anybody waits.
`visible_to` alone decides what is found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from core.pairs import TextPairs, pairs_of
from grids.models import Building
from organizations.scopes import AnyUser
from residents.choices import LifeState
from residents.models import Dwelling, Person
from residents.rules.questions import Question, read_question
from residents.sealing import document_mark, phone_mark, phone_tail_mark

MOST_ROWS = 50
MOST_BUILDINGS = 200


@dataclass(frozen=True, slots=True)
class Found:
    """People and dwellings that fit; `is_cut` says that there are more than are shown."""

    people: Sequence[Person]
    dwellings: Sequence[Dwelling]
    is_cut: bool

    @property
    def is_empty(self) -> bool:
        """Return whether nothing fits."""
        return not (self.people or self.dwellings)


def search(text: str, user: AnyUser) -> Found:
    """Return who and what fits; two to five queries, none for an empty text."""
    question = read_question(text)
    if question.is_empty:
        return Found((), (), is_cut=False)
    seen = Person.objects.visible_to(user).exclude(state=LifeState.MERGED)
    people = _people(question, seen, user)
    dwellings = _dwellings(question, user, bool(people))
    is_cut = len(people) > MOST_ROWS or len(dwellings) > MOST_ROWS
    return Found(people[:MOST_ROWS], dwellings[:MOST_ROWS], is_cut)


def _people(question: Question, seen: Any, user: AnyUser) -> list[Person]:
    if question.number or question.phone or question.tail:
        return _shown(seen.filter(_by_mark(question)))
    if question.sounds:
        return _by_sounds(question.sounds, seen)
    if not question.names:
        return []
    if question.places:
        seen = seen.filter(building_id__in=_building_ids(question.places[:1], user))
    first, *others = sorted(question.names, key=len, reverse=True)
    for word in others:
        seen = seen.filter(name__contains=word)
    return _by_name(first, seen)


def _by_mark(question: Question) -> Q:
    wanted = Q(pk__in=[])
    if question.number:
        marks = [document_mark(kind, question.number) for kind in question.documents]
        wanted |= Q(document_mark__in=marks)
    if question.phone:
        wanted |= Q(phone_mark=phone_mark(question.phone))
    if question.tail:
        wanted |= Q(phone_tail_mark=phone_tail_mark(question.tail))
    return wanted


def _by_sounds(sounds: str, seen: Any) -> list[Person]:
    """Return who is called so in full sounds, then by first letters."""
    found = _shown(seen.filter(pinyin__startswith=sounds).order_by("pinyin", "id"))
    if len(found) <= MOST_ROWS:
        rest = seen.filter(initials__startswith=sounds).exclude(pinyin__startswith=sounds)
        found += _shown(rest.order_by("initials", "id"))
    return found


def _by_name(word: str, seen: Any) -> list[Person]:
    """Return whose name begins so, in order, then who has the word elsewhere in the name."""
    found = _shown(seen.filter(name__startswith=word).order_by("name", "id"))
    if len(found) <= MOST_ROWS and len(word) > 1:
        held = seen.alias(pairs=TextPairs("name")).filter(pairs__contains=pairs_of(word), name__contains=word)
        found += _shown(held.exclude(name__startswith=word).order_by())
    return found


def _shown(rows: QuerySet[Person]) -> list[Person]:
    return list(
        rows.select_related("community", "building", "household__building", "household__dwelling")[
            : MOST_ROWS + 1
        ]
    )


def _dwellings(question: Question, user: AnyUser, has_people: bool) -> list[Dwelling]:
    """Return dwellings by the words of their address; names are taken for places where nobody bears them."""
    words = question.places or question.names
    if not words or (question.names and has_people):
        return []
    rows = Dwelling.objects.visible_to(user).filter(closed_on=None)
    rows = rows.filter(building_id__in=_building_ids(words[:1], user))
    for word in words[1:]:
        rows = rows.filter(
            Q(room__startswith=word) | Q(unit__startswith=word) | Q(building__name__contains=word)
        )
    rows = rows.select_related("building", "community").prefetch_related("households__people")
    return list(rows.order_by("building_id", "unit", "room", "id")[: MOST_ROWS + 1])


def _building_ids(words: Sequence[str], user: AnyUser) -> list[int]:
    rows: Any = Building.objects.visible_to(user)
    for word in words:
        rows = rows.named(word)
    return list(rows.order_by().values_list("pk", flat=True)[:MOST_BUILDINGS])
