"""Two files of one person become one, and can become two again. Source: R-219.

What belongs to the merged file goes to the kept one: every kind of row has a mover here, which the module
that owns the rows registers. History and earlier residences stay with the file they were written for and
are read together with the kept one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor
from core.errors import Conflict, Invalid, Missing
from residents.choices import LifeState, ResidentVerb
from residents.models import DistinctPeople, MergeRecord, Person
from residents.policies import REGISTER, find_people, require_at
from residents.services.history import note
from residents.services.locking import Held, hold
from residents.services.matching import look_again
from residents.services.residence import renew, snapshot
from residents.services.undoing import restore
from residents.wording import NOT_YOURS

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Mover:
    """How rows of one kind change hands: `move(gone, kept)` returns the ids, `back` takes them."""

    name: str
    move: Callable[[Person, Person], list[int]]
    back: Callable[[Person, Person, list[int]], None]


_movers: dict[str, Mover] = {}
# Empty columns of the kept file that the merged one may fill; the first of each tells whether it is empty.
_FILLED: dict[str, tuple[str, ...]] = {
    "document": ("document_mark", "document_kind", "document_sealed"),
    "phone": ("phone_mark", "phone_sealed", "phone_tail_mark"),
    "birth_date": ("birth_date",),
    "registered_household": ("registered_household_id",),
    "registered_division": ("registered_division",),
    "political_status": ("political_status",),
}


def register_mover(mover: Mover) -> None:
    """Have the rows move with every merging; called when the app is ready."""
    _movers[mover.name] = mover


def rows_of(model: type[models.Model], *, field: str = "person", same: tuple[str, ...] = ()) -> Mover:
    """Return the mover of a model with a reference to a person.

    Rows that equal one of the kept file's in the columns `same` stay with the merged file, where a unique
    constraint would refuse two.
    """
    rows = model._default_manager

    def move(gone: Person, kept: Person) -> list[int]:
        wanted = rows.filter(**{field: gone})
        if same:
            taken = set(rows.filter(**{field: kept}).values_list(*same))
            ids = [row[0] for row in wanted.values_list("pk", *same) if row[1:] not in taken]
        else:
            ids = list(wanted.values_list("pk", flat=True))
        rows.filter(pk__in=ids).update(**{field: kept})
        return ids

    def back(gone: Person, kept: Person, ids: list[int]) -> None:
        rows.filter(pk__in=ids, **{field: kept}).update(**{field: gone})

    return Mover(f"{model._meta.label_lower}.{field}", move, back)


def person_merge(*, actor: Actor, kept_id: int, gone_id: int, reason: str) -> MergeRecord:
    """Merge one file into another; it stays as a row that points there and lives nowhere.

    Raises Missing and Denied for either, Invalid without a reason or for files that cannot be merged.
    Locks the households, then the people.
    """
    text = reason.strip()
    if not text:
        raise Invalid("reason_missing", _("Please say how you know it is the same person."), field="reason")
    with transaction.atomic():
        held = hold(actor, person_ids=[kept_id, gone_id])
        kept, gone = held.people[kept_id], held.people[gone_id]
        _check(kept, gone)
        home = held.household_of(gone)
        record = MergeRecord(
            kept=kept,
            gone=gone,
            reason=text,
            merged_at=clock.now(),
            merged_by_id=actor.user_id,
            before=snapshot(gone),
            filled=_fill(kept, gone),
        )
        gone.household, gone.lived_since = None, None
        gone.state, gone.ended_on, gone.merged_into = LifeState.MERGED, clock.today(), kept
        _save(gone, kept)
        record.moved = {name: mover.move(gone, kept) for name, mover in _movers.items()}
        record.save()
        _note(actor, ResidentVerb.MERGED, record, held, text)
        renew(home)
        look_again(households=[home, held.household_of(kept)])
    logger.info("files merged", record_id=record.pk, actor_id=actor.user_id)
    return record


def person_unmerge(*, actor: Actor, record_id: int, reason: str) -> MergeRecord:
    """Make two files of one again, exactly as they were; what was corrected since stays corrected.

    Raises Missing, Denied, Conflict("merge_undone"), and Conflict("household_closed") where the household
    of the merged file is closed by now.
    """
    with transaction.atomic():
        record = _find(actor, record_id)
        held = hold(
            actor,
            household_ids=[record.before["household"]],
            person_ids=[record.kept_id],
        )
        kept = held.people[record.kept_id]
        gone = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=record.gone_id)
        home = held.households.get(record.before["household"])
        if home is not None and home.closed_on is not None:
            raise Conflict("household_closed", _("The household they lived in is closed by now."))
        _empty(kept, gone, record.filled)
        kept.version += 1
        kept.save()
        gone.merged_into = None
        restore(gone, record.before, home)
        for name, ids in record.moved.items():
            if name in _movers:
                _movers[name].back(gone, kept, ids)
        record.undone_at, record.undone_by_id = clock.now(), actor.user_id
        record.save()
        _note(actor, ResidentVerb.UNMERGED, record, held, reason.strip(), gone=gone)
        renew(home)
        look_again(households=[home, held.household_of(kept)])
    logger.info("merging undone", record_id=record.pk, actor_id=actor.user_id)
    return record


def people_distinct(*, actor: Actor, first_id: int, second_id: int) -> DistinctPeople:
    """Keep that two files that look alike are of two people, so that they are not proposed again."""
    low, high = sorted((first_id, second_id))
    if low == high:
        raise Invalid("same_file", _("Choose two files."))
    with transaction.atomic():
        find_people(actor, [low, high], permission=REGISTER, lock=True)
        row, _made = DistinctPeople.objects.get_or_create(
            first_id=low,
            second_id=high,
            defaults={"decided_at": clock.now(), "decided_by_id": actor.user_id},
        )
    logger.info("people distinct", first_id=low, second_id=high, actor_id=actor.user_id)
    return row


def _check(kept: Person, gone: Person) -> None:
    if kept.pk == gone.pk:
        raise Invalid("same_file", _("Choose two files."))
    if {kept.state, gone.state} & {LifeState.MERGED, LifeState.ANONYMISED}:
        raise Invalid("file_closed", _("One of the files is closed already."))
    if gone.state == LifeState.LIVING and kept.state != LifeState.LIVING:
        raise Invalid("keep_the_living", _("Keep the file of the one who lives here."))


def _fill(kept: Person, gone: Person) -> dict[str, dict[str, Any]]:
    """Fill empty fields of the kept file; returns what they held, for taking it back."""
    before: dict[str, dict[str, Any]] = {}
    for name, columns in _FILLED.items():
        if getattr(kept, columns[0]) in (None, "") and getattr(gone, columns[0]) not in (None, ""):
            before[name] = {column: getattr(kept, column) for column in columns}
            for column in columns:
                setattr(kept, column, getattr(gone, column))
    return before


def _empty(kept: Person, gone: Person, filled: dict[str, dict[str, Any]]) -> None:
    """Take back what was filled, where it is still what the merged file has."""
    for name, columns in filled.items():
        telling = _FILLED[name][0]
        if getattr(kept, telling) == getattr(gone, telling):
            for column, value in columns.items():
                setattr(kept, column, value)


def _save(gone: Person, kept: Person) -> None:
    """Save both; the merged file first, because a document belongs to one file that is in use."""
    gone.version += 1
    gone.save()
    kept.version += 1
    kept.save()


def _note(
    actor: Actor, verb: ResidentVerb, record: MergeRecord, held: Held, text: str, gone: Person | None = None
) -> None:
    today = clock.today()
    merged = gone or held.people[record.gone_id]
    home = held.households.get(record.before["household"])
    kept = held.people[record.kept_id]
    note(actor, verb, effective_on=today, person=merged, household=home, text=text, other=record.kept_id)
    note(
        actor,
        verb,
        effective_on=today,
        person=kept,
        household=held.household_of(kept),
        text=text,
        other=record.gone_id,
    )


def _find(actor: Actor, record_id: int) -> MergeRecord:
    rows = MergeRecord.objects.all()
    if actor.user is not None:
        rows = rows.visible_to(actor.user)
    found: MergeRecord | None = (
        rows.select_for_update(of=("self",), no_key=True).select_related("kept").filter(pk=record_id).first()
    )
    if found is None:
        raise Missing("merge_missing", NOT_YOURS)
    require_at(actor, REGISTER, found.kept)
    if found.undone_at is not None:
        raise Conflict("merge_undone", _("This merging has been undone already."))
    return found


def _merged_before(gone: Person, kept: Person) -> list[int]:
    rows = Person.objects.filter(merged_into=gone)
    ids = list(rows.values_list("pk", flat=True))
    rows.update(merged_into=kept)
    return ids


def _merged_back(gone: Person, kept: Person, ids: list[int]) -> None:
    Person.objects.filter(pk__in=ids, merged_into=kept).update(merged_into=gone)


register_mover(Mover("residents.person.merged_into", _merged_before, _merged_back))
