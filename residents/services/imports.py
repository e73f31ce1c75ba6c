"""Taking in a table of people: handed in, its columns named, started, stopped. Source: R-221 to R-225.

The file itself is never kept: its rows wait in sealed pieces, and each piece is emptied in the transaction
that works it off (residents.services.import_work). Celery only wakes up; PostgreSQL holds what is left.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from itertools import islice
from typing import IO

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor
from core.errors import Conflict, Denied, Invalid, Missing
from core.models import AccessLog
from organizations.models import Organization, User
from organizations.scopes import scope_of
from residents.choices import Source
from residents.importing.cleaning import seal_rows
from residents.importing.files import MOST_BYTES, read_table
from residents.importing.headings import check_columns, guess_columns, headings_mark
from residents.importing.places import PERMISSION, Communities
from residents.models import (
    ColumnMapping,
    ImportChange,
    ImportChunk,
    ImportState,
    PeopleImport,
    RefusedRow,
)

logger = structlog.get_logger(__name__)
CHUNK_ROWS = 5_000
# A table whose columns nobody names is forgotten after a day; what was refused or replaced, after a month.
UNNAMED_KEPT = timedelta(days=1)
BOOKS_KEPT = timedelta(days=30)


def import_take(
    *,
    actor: Actor,
    file_name: str,
    stream: IO[bytes],
    community_id: int | None = None,
    source: str = Source.SHARED,
    as_of: date | None = None,
    most_bytes: int | None = MOST_BYTES,
) -> PeopleImport:
    """Take a file in and return its job; its columns are guessed, or those named the last time.

    Raises Denied("permission_missing"), or Invalid naming file, community, source or as_of.
    """
    user = _importer(actor)
    today = clock.today()
    if source not in Source.values:
        raise Invalid("choice_invalid", _("Please choose one of the values offered."), field="source")
    if as_of is not None and as_of > today:
        raise Invalid("as_of_ahead", _("The day lies ahead. Give today or an earlier day."), field="as_of")
    if community_id is not None and community_id not in Communities(user, None).streets:
        raise Invalid("community_unknown", _("Choose a community within your area."), field="community")
    table = read_table(stream, name=file_name, most_bytes=most_bytes)
    with transaction.atomic():
        job = PeopleImport.objects.create(
            organization=_unit_of(user),
            community_id=community_id,
            source=source,
            as_of=as_of or today,
            file_name=file_name[-120:],
            headings=table.headings,
            created_by=user,
            created_at=clock.now(),
        )
        while rows := list(islice(table.rows, CHUNK_ROWS)):
            ImportChunk.objects.create(
                job=job, number=job.chunk_count, row_count=len(rows), sealed=seal_rows(rows)
            )
            job.chunk_count += 1
            job.row_count += len(rows)
        if not job.row_count:
            raise Invalid("file_empty", _("There are no rows below the titles."), field="file")
        job.mapping = _remembered(job) or guess_columns(job.headings)
        job.save()
    logger.info("people import taken in", job_id=job.pk, rows=job.row_count, actor_id=user.pk)
    return job


def import_start(
    *,
    actor: Actor,
    job_id: int,
    mapping: Mapping[str, int],
    wake: Callable[[], object] | None = None,
) -> PeopleImport:
    """Let the work begin with these columns, and remember them; `wake` is called once this is committed.

    Raises Missing, Denied, Conflict("import_started"), or Invalid naming the field whose column is wrong.
    """
    user = _importer(actor)
    with transaction.atomic():
        job = find_import(user, job_id)
        if job.state != ImportState.MAPPING:
            raise Conflict("import_started", _("This import has been started already."))
        job.mapping = check_columns(mapping, job.headings)
        job.state = ImportState.RUNNING
        job.save(update_fields=["mapping", "state"])
        ColumnMapping.objects.update_or_create(
            organization=job.organization,
            headings_mark=headings_mark(job.headings),
            defaults={"mapping": job.mapping, "used_at": clock.now()},
        )
        if wake is not None:
            # A broker that is away must not undo the start: the next beat finds the job.
            transaction.on_commit(wake, robust=True)
    logger.info("people import started", job_id=job.pk, actor_id=user.pk)
    return job


def import_cancel(*, actor: Actor, job_id: int) -> PeopleImport:
    """Stop an import where it is, and forget the rows that wait; what is in stays, and can be undone.

    Waits for the piece being written. Raises Missing, Denied, Conflict("import_over").
    """
    user = _importer(actor)
    with transaction.atomic():
        job = find_import(user, job_id)
        if job.state not in {ImportState.MAPPING, ImportState.RUNNING}:
            raise Conflict("import_over", _("This import is over; there is nothing to stop."))
        job.chunks.exclude(sealed="").update(sealed="")
        job.state, job.finished_at = ImportState.CANCELLED, clock.now()
        job.save(update_fields=["state", "finished_at"])
    logger.info("people import stopped", job_id=job.pk, actor_id=user.pk)
    return job


def import_undo(*, actor: Actor, job_id: int, wake: Callable[[], object] | None = None) -> PeopleImport:
    """Begin to take back what an import has done (residents.services.import_undo does it, piece by piece).

    Raises Missing, Denied, Conflict("import_not_over"), Conflict("import_forgotten") after a month.
    """
    user = _importer(actor)
    with transaction.atomic():
        job = find_import(user, job_id)
        if job.state not in {ImportState.FINISHED, ImportState.CANCELLED}:
            raise Conflict("import_not_over", _("Only an import that is over can be undone, and only once."))
        if job.cleared_at is not None:
            raise Conflict(
                "import_forgotten", _("After a month the former values are gone; it can no longer be undone.")
            )
        job.state = ImportState.UNDOING
        job.save(update_fields=["state"])
        if wake is not None:
            transaction.on_commit(wake, robust=True)
    logger.info("people import to be undone", job_id=job.pk, actor_id=user.pk)
    return job


def refused_look(*, actor: Actor, job_id: int) -> PeopleImport:
    """Return the import whose refused rows are about to be given back, and log the look: they hold numbers.

    Raises Missing, Denied, Conflict("import_forgotten") after a month.
    """
    user = _importer(actor)
    with transaction.atomic():
        job = find_import(user, job_id)
        if job.cleared_at is not None:
            raise Conflict("import_forgotten", _("After a month the refused rows are gone."))
        AccessLog.objects.create(
            user_id=user.pk,
            subject_type="people_import",
            subject_id=job.pk,
            field="refused_rows",
            purpose=_t("Correcting the refused rows of an import"),
            at=clock.now(),
        )
    return job


def imports_forget() -> int:
    """Delete tables nobody went on with, and the sealed books of imports a month old; returns how many."""
    now = clock.now()
    unnamed = PeopleImport.objects.filter(state=ImportState.MAPPING, created_at__lt=now - UNNAMED_KEPT)
    forgotten = len(unnamed)
    unnamed.delete()
    old = PeopleImport.objects.filter(finished_at__lt=now - BOOKS_KEPT, cleared_at=None).exclude(
        Q(state=ImportState.RUNNING) | Q(state=ImportState.UNDOING)
    )
    for job_id in list(old.values_list("pk", flat=True)):
        with transaction.atomic():
            RefusedRow.objects.filter(job_id=job_id).update(sealed="")
            ImportChange.objects.filter(job_id=job_id).update(sealed="")
            PeopleImport.objects.filter(pk=job_id).update(cleared_at=now)
        forgotten += 1
    return forgotten


def find_import(user: User, job_id: int) -> PeopleImport:
    """Return the import, locked; raises Missing("import_missing")."""
    jobs = PeopleImport.objects.visible_to(user).select_for_update(of=("self",))
    job: PeopleImport | None = jobs.filter(pk=job_id).first()
    if job is None:
        raise Missing("import_missing", _("There is no such import, or it is not yours to see."))
    return job


def _importer(actor: Actor) -> User:
    user = actor.user
    if not isinstance(user, User) or PERMISSION not in scope_of(user).permissions:
        raise Denied("permission_missing", _("Your role does not include this step."))
    return user


def _unit_of(user: User) -> Organization:
    """Return the organisation of the first post that carries the permission: its columns are remembered."""
    posts = [post for post in scope_of(user).posts if PERMISSION in post.permissions]
    return Organization.objects.get(pk=posts[0].organization_id)


def _remembered(job: PeopleImport) -> dict[str, int] | None:
    """Return the columns of the last table with these titles, where they still fit."""
    known = ColumnMapping.objects.filter(
        organization=job.organization, headings_mark=headings_mark(job.headings)
    ).first()
    if known is None or max(known.mapping.values(), default=0) >= len(job.headings):
        return None
    mapping: dict[str, int] = known.mapping
    return mapping
