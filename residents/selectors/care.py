"""What pages show of care tags: on files, in lists and as counts. Sensitive ones never by their word here."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from core.small_counts import Shown, publish
from organizations.scopes import AnyUser, scope_of
from residents.choices import LifeState
from residents.models import CareAssignment, CareTagKind, Household, Person, PersonTag
from residents.policies import MANAGE_CARE, may
from residents.querysets import SENSITIVE
from residents.sealing import OpenTag, open_tag, tag_mark
from residents.selectors.helping import assignments_of, may_contact


@dataclass(frozen=True, slots=True)
class TagRow:
    """A tag with its kind; kind and words are None where they are shown for a purpose only."""

    tag: PersonTag
    kind: CareTagKind | None
    words: OpenTag | None


@dataclass(frozen=True, slots=True)
class PersonCare:
    """What is known of one person's care, as the user may see it."""

    person: Person
    tags: Sequence[TagRow]
    sensitive: int
    may_manage: bool
    assignment: CareAssignment | None
    may_contact: bool

    @property
    def is_any(self) -> bool:
        """Return whether there is anything to show."""
        return bool(self.tags or self.sensitive or self.assignment)


def care_of(user: AnyUser, people: Sequence[Person]) -> list[PersonCare]:
    """Return tags and helpers of people the user sees; a few queries, however many people."""
    kinds = CareTagKind.objects.in_bulk(field_name="code")
    found: dict[int, list[TagRow]] = defaultdict(list)
    tags = PersonTag.objects.visible_to(user).open().filter(person__in=people).select_related("given_by")
    for row in tag_rows(tags, kinds):
        found[row.tag.person_id].append(row)
    helping = assignments_of(people)
    return [
        PersonCare(
            person,
            assignment=helping.get(person.pk),
            may_contact=person.pk in helping and may_contact(user, helping[person.pk], person),
            tags=[row for row in found[person.pk] if row.kind is not None],
            sensitive=sum(row.kind is None for row in found[person.pk]),
            may_manage=may(user, MANAGE_CARE, person) and person.state == LifeState.LIVING,
        )
        for person in people
    ]


def tag_rows(tags: Iterable[PersonTag], kinds: dict[str, CareTagKind]) -> list[TagRow]:
    """Return the tags for showing, sensitive ones without their word. No query for tags that are loaded."""
    rows = []
    for tag in tags:
        words = open_tag(tag)
        kind = kinds[words.code]
        rows.append(TagRow(tag, None, None) if kind.is_sensitive else TagRow(tag, kind, words))
    return rows


def shown_rows(tags: Iterable[PersonTag]) -> list[TagRow]:
    """Return tags with their words, for a look that has been logged; one query."""
    kinds = CareTagKind.objects.in_bulk(field_name="code")
    opened = [(tag, open_tag(tag)) for tag in tags]
    return [TagRow(tag, kinds[words.code], words) for tag, words in opened]


def care_part(user: AnyUser, household: Household) -> dict[str, Any]:
    """Return the care of everybody who lives in the household, who has any."""
    people = list(Person.objects.visible_to(user).present().filter(household=household).order_by("pk"))
    return {"care": [each for each in care_of(user, people) if each.is_any]}


def reviews_for(user: AnyUser) -> "QuerySet[PersonTag]":
    """Return the tags that hold and the user sees, with their people; for the list of reviews."""
    tags: QuerySet[PersonTag] = PersonTag.objects.visible_to(user).open()
    return tags.filter(person__state=LifeState.LIVING).select_related("person__community", "person__grid")


def tagged_people(user: AnyUser, kind: CareTagKind) -> "QuerySet[Person]":
    """Return the people the user sees who have an ordinary tag now; nobody for a sensitive one."""
    people: QuerySet[Person] = Person.objects.visible_to(user).present()
    if kind.is_sensitive:
        return people.none()
    having = PersonTag.objects.open().filter(kind_mark=tag_mark(kind.code)).order_by()
    return people.filter(pk__in=having.values("person_id"))


def kinds_for(user: AnyUser) -> list[CareTagKind]:
    """Return the kinds whose counts the user may see; one query."""
    kinds = CareTagKind.objects.all()
    if SENSITIVE not in scope_of(user).permissions:
        kinds = kinds.filter(is_sensitive=False)
    return list(kinds)


@dataclass(frozen=True, slots=True)
class KindCounts:
    """How many people have a kind of tag: by community, and in all, as it may be shown."""

    by_community: Mapping[int, Shown]
    total: Shown


def tag_counts(user: AnyUser, kinds: Sequence[CareTagKind]) -> dict[str, KindCounts]:
    """Return for each kind how many people have it; small counts of sensitive kinds hidden.

    Communities without any are not in it. Source: R-244.
    """
    by_mark = {tag_mark(kind.code): kind for kind in kinds}
    tags = PersonTag.objects.visible_to(user).open().filter(person__state=LifeState.LIVING)
    rows = tags.filter(kind_mark__in=by_mark).order_by().values_list("kind_mark", "person__community_id")
    counts: dict[str, dict[int, int]] = {kind.code: {} for kind in kinds}
    for mark, community_id, number in rows.annotate(number=Count("pk")):
        counts[by_mark[mark].code][community_id] = number
    return {kind.code: _shown(kind, counts[kind.code]) for kind in kinds}


def _shown(kind: CareTagKind, counts: Mapping[int, int]) -> KindCounts:
    if not kind.is_sensitive:
        return KindCounts(counts, sum(counts.values()))
    published = publish(counts, [list(counts)])
    return KindCounts(published.cells, published.totals[0])
