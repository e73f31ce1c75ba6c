"""Undoing an import: piece by piece, the last first. Source: R-225.

Who was added and has not been touched since is removed with the import's own event; whose values were
replaced gets them back. Whoever has a history by now is left, and the import says who and why.
"""

import json
from collections.abc import Collection, Iterable
from typing import Any

import pgtrigger
import structlog
from django.db import models

from core import clock
from core.crypto import decrypt
from residents.choices import LifeState, ResidentVerb
from residents.importing.writing import CHANGES_FIELD, restore_columns, row_of
from residents.models import (
    Dwelling,
    Household,
    ImportChange,
    ImportChunk,
    ImportLeft,
    ImportState,
    LeftReason,
    PeopleImport,
    Person,
    ResidentEvent,
)

logger = structlog.get_logger(__name__)
# The one trigger that stands in the way of removing what should never have been there.
_APPEND_ONLY = "residents.ResidentEvent:resident_event_append_only"
_OWN_BOOKS = (ImportChange, ImportLeft)


def undo_chunk(job: PeopleImport) -> bool:
    """Take back the last piece that is in; returns whether more are. Called with the import locked."""
    if job.next_chunk == 0:
        job.state = ImportState.UNDONE
        job.save(update_fields=["state"])
        logger.info("people import undone", job_id=job.pk, removed=job.removed, left=job.left)
        return False
    chunk = job.chunks.get(number=job.next_chunk - 1)
    job.removed += _remove(job, chunk)
    job.restored += _restore(job, chunk)
    job.left = job.left_people.count()
    chunk.undone_at = clock.now()
    chunk.save(update_fields=["undone_at"])
    job.next_chunk -= 1
    job.save(update_fields=["removed", "restored", "left", "next_chunk"])
    return True


def referenced(model: type[models.Model], keys: Collection[int], *, besides: Iterable[Any] = ()) -> set[int]:
    """Return the keys some row of any table refers to; one query per table that can."""
    found: set[int] = set()
    for relation in model._meta.related_objects:
        other: Any = relation.related_model
        if other in besides:
            continue
        name = relation.field.name
        found |= set(other._default_manager.filter(**{f"{name}__in": keys}).values_list(name, flat=True))
    return found


def _remove(job: PeopleImport, chunk: ImportChunk) -> int:
    """Remove the people of a piece, then the homes nobody else uses; returns how many people."""
    people = Person.objects.select_for_update(of=("self",)).filter(pk__in=chunk.person_ids)
    versions = {person.pk: (person.version, person.state) for person in people}
    changed = {key for key, now in versions.items() if now != (1, LifeState.LIVING)} | _with_history(versions)
    in_use = referenced(Person, versions.keys(), besides=(ResidentEvent, *_OWN_BOOKS))
    _leave(job, changed, LeftReason.CHANGED)
    _leave(job, in_use - changed, LeftReason.IN_USE)
    gone = versions.keys() - changed - in_use
    with pgtrigger.ignore(_APPEND_ONLY):
        ResidentEvent.objects.filter(person_id__in=gone).delete()
    Person.objects.filter(pk__in=gone).delete()
    for model, keys in ((Household, chunk.household_ids), (Dwelling, chunk.dwelling_ids)):
        model._default_manager.filter(pk__in=set(keys) - referenced(model, keys)).delete()
    return len(gone)


def _with_history(keys: Collection[int]) -> set[int]:
    """Return who has more than the one event of being imported."""
    events = ResidentEvent.objects.filter(person_id__in=keys).order_by().values("person_id")
    counted = events.annotate(number=models.Count("pk")).filter(number__gt=1)
    return set(counted.values_list("person_id", flat=True))


def _restore(job: PeopleImport, chunk: ImportChunk) -> int:
    """Give people whose values were replaced the former ones back; returns how many."""
    changes = {change.person_id: change for change in job.changes.filter(chunk=chunk.number)}
    if not changes:
        return 0
    people = {
        person.pk: person
        for person in Person.objects.select_for_update(of=("self",)).filter(pk__in=changes.keys())
    }
    former = {
        key: json.loads(decrypt(change.sealed, field=CHANGES_FIELD))
        for key, change in changes.items()
        if key in people and people[key].version == change.version
    }
    _leave(job, people.keys() - former.keys(), LeftReason.CHANGED)
    taken = _taken(former)
    _leave(job, taken, LeftReason.TAKEN)
    back = former.keys() - taken
    restore_columns([row_of(people[key], former[key], people[key].version + 1) for key in sorted(back)])
    now, today = clock.now(), clock.today()
    ResidentEvent.objects.bulk_create(
        ResidentEvent(
            person_id=key,
            household_id=former[key]["household_id"],
            verb=ResidentVerb.IMPORT_UNDONE,
            effective_on=today,
            at=now,
            actor_id=job.created_by_id,
            data={"import": job.pk},
        )
        for key in sorted(back)
    )
    return len(back)


def _taken(former: dict[int, dict[str, Any]]) -> set[int]:
    """Return the files whose former document somebody else has by now."""
    marks = {key: columns["document_mark"] for key, columns in former.items() if columns["document_mark"]}
    holders = Person.objects.filter(document_mark__in=marks.values()).exclude(state=LifeState.MERGED)
    held = {
        (str(mark), kind): key
        for key, mark, kind in holders.values_list("pk", "document_mark", "document_kind")
    }
    return {key for key, mark in marks.items() if held.get((mark, former[key]["document_kind"]), key) != key}


def _leave(job: PeopleImport, keys: Collection[int], reason: LeftReason) -> None:
    ImportLeft.objects.bulk_create(
        (ImportLeft(job=job, person_id=key, reason=reason) for key in sorted(keys)), ignore_conflicts=True
    )
