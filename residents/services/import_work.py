"""Working off imports: a piece and how far the import is, in one transaction each. Source: R-221.

A worker may be killed at any moment: what it had begun is rolled back, and the next takes the same piece.
One worker at a time holds an import, so that of two rows with one document the upper one counts.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context

import django
import structlog
from django.db import IntegrityError, transaction

from core import clock
from core.notifications import notify
from residents.importing.cleaning import CleanedChunk, clean_chunk
from residents.importing.merging import Purpose, merge
from residents.importing.places import Communities
from residents.importing.writing import Stamp, write
from residents.models import ImportChunk, ImportState, PeopleImport
from residents.rules.import_rows import Layout
from residents.rules.sources import Origin
from residents.services.import_undo import undo_chunk

logger = structlog.get_logger(__name__)
# Somebody may register the same person between our look and our write; then the piece is read again.
_TRIES = 3


def imports_work(*, seconds: float) -> bool:
    """Work off pieces of imports and of undoings until time is up; returns whether some are left."""
    until = time.monotonic() + seconds
    waiting = PeopleImport.objects.filter(state__in=[ImportState.RUNNING, ImportState.UNDOING])
    for job_id in list(waiting.order_by("pk").values_list("pk", flat=True)):
        while time.monotonic() < until and import_step(job_id):
            pass
    return waiting.exists()


def import_work(job_id: int, *, told: Callable[[PeopleImport], object] | None = None) -> None:
    """Work off one import to its end, cleaning the next pieces in a process of its own meanwhile.

    `told` gets the import after each piece. Not for Celery, whose workers may have no children.
    """
    with _ahead(job_id) as ahead:
        while import_step(job_id, ahead=ahead):
            if told is not None:
                told(PeopleImport.objects.get(pk=job_id))


def import_step(job_id: int, *, ahead: "Ahead | None" = None) -> bool:
    """Do one piece of an import; returns whether it is worth asking again.

    False where the import is over, or another worker holds it.
    """
    for left in reversed(range(_TRIES)):
        try:
            with transaction.atomic():
                jobs = PeopleImport.objects.select_for_update(skip_locked=True, of=("self",))
                job = jobs.select_related("created_by").filter(pk=job_id).first()
                return job is not None and _step(job, ahead)
        except IntegrityError:
            if not left:
                raise
            logger.warning("piece of a people import read again", job_id=job_id)
    return False


def _step(job: PeopleImport, ahead: "Ahead | None") -> bool:
    if job.state == ImportState.UNDOING:
        return undo_chunk(job)
    if job.state != ImportState.RUNNING:
        return False
    if job.next_chunk == job.chunk_count:
        _finish(job)
        return False
    chunk = job.chunks.get(number=job.next_chunk)
    _take(job, chunk, ahead.chunk(chunk) if ahead else clean_chunk(chunk.sealed, _layout(job), clock.today()))
    return True


def _take(job: PeopleImport, chunk: ImportChunk, cleaned: CleanedChunk) -> None:
    """Write a piece, empty it, and say how far the import is."""
    today, origin = clock.today(), Origin(job.source, job.as_of)
    communities = Communities(job.created_by, job.community_id)
    outcome = merge(cleaned, communities, Purpose(job.pk, origin, today))
    written = write(outcome, Stamp(job.pk, chunk.number, job.created_by_id, origin, clock.now(), today))
    chunk.sealed = ""
    chunk.person_ids = written.person_ids
    chunk.household_ids = written.household_ids
    chunk.dwelling_ids = written.dwelling_ids
    chunk.save()
    job.added += len(outcome.added)
    job.changed += len(outcome.changes)
    job.unchanged += outcome.unchanged
    job.refused += len(outcome.refused)
    job.next_chunk += 1
    job.save(update_fields=["added", "changed", "unchanged", "refused", "next_chunk"])


def _finish(job: PeopleImport) -> None:
    job.state, job.finished_at = ImportState.FINISHED, clock.now()
    job.save(update_fields=["state", "finished_at"])
    notify(
        [job.created_by_id],
        kind="people_import_done",
        params={"file": job.file_name, "rows": job.row_count, "refused": job.refused},
        dedupe_key=f"people_import:{job.pk}",
        url=f"/residents/imports/{job.pk}/",
    )
    logger.info("people import finished", job_id=job.pk, added=job.added, refused=job.refused)


def _layout(job: PeopleImport) -> Layout:
    return Layout({field: int(place) for field, place in job.mapping.items()})


@dataclass(slots=True)
class Ahead:
    """The next pieces of an import, being cleaned before they are asked for."""

    pool: Executor
    layout: Layout
    today: date
    waiting: dict[int, "Future[CleanedChunk]"]
    depth: int = 2

    def chunk(self, chunk: ImportChunk) -> CleanedChunk:
        """Return this piece cleaned, and let the ones after it be cleaned meanwhile."""
        for number in [number for number in self.waiting if number < chunk.number]:
            del self.waiting[number]
        numbers = range(chunk.number, chunk.number + self.depth + 1)
        missing = [number for number in numbers if number not in self.waiting]
        for each in ImportChunk.objects.filter(job_id=chunk.job_id, number__in=missing).order_by("number"):
            self.waiting[each.number] = self.pool.submit(clean_chunk, each.sealed, self.layout, self.today)
        return self.waiting[chunk.number].result()


@contextmanager
def _ahead(job_id: int) -> Iterator[Ahead]:
    job = PeopleImport.objects.get(pk=job_id)
    # A fresh process: one that is forked would share this one's connection to the database.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=django.setup) as pool:
        yield Ahead(pool, _layout(job), clock.today(), {})
