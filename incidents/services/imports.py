"""Importing incidents of another system: a job per file, one transaction per row, nothing twice.

A row and its incident are written together, so that a worker may be killed at any moment and another goes on.
PostgreSQL holds what is left; Celery only wakes work up.
"""

import csv
import io
import json
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import structlog
from cryptography.exceptions import InvalidTag
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor
from core.crypto import decrypt, encrypt
from core.errors import Denied, DomainError, Invalid
from core.notifications import notify
from core.spreadsheets import BOM, harmless
from core.text import clean_text
from incidents.models import ImportJob, ImportOutcome, ImportRow
from incidents.rules.channels import TRANSFER_CHANNELS
from incidents.services.filing import incident_file
from incidents.services.import_files import read_sheet
from incidents.services.import_rows import report_of
from incidents.services.intake import LONGEST_SYSTEM
from organizations.models import User
from organizations.scopes import scope_of

logger = structlog.get_logger(__name__)
IMPORT = "incidents.import_incidents"
ROWS_KEPT = timedelta(days=30)
SEALED_FIELD = "import_row"
_BATCH = 1_000
_LONGEST_REASON = 300


def import_create(
    *,
    actor: Actor,
    system: str,
    channel: str,
    file_name: str,
    content: bytes,
    wake: Callable[[], object] | None = None,
) -> ImportJob:
    """Take a file in and return its job, whose rows wait; `wake` is called once they are committed.

    Raises Denied("permission_missing"), or Invalid naming system, channel or file. Source: R-100.
    """
    user = _importer(actor)
    name = " ".join(clean_text(system, field="system", longest=LONGEST_SYSTEM).split())
    if not name:
        raise Invalid("system_missing", _("Please name the other system."), field="system")
    if channel not in TRANSFER_CHANNELS:
        raise Invalid("choice_invalid", _("Please choose one of the values offered."), field="channel")
    sheet = read_sheet(content, name=file_name)
    with transaction.atomic():
        job = ImportJob.objects.create(
            system=name,
            channel=channel,
            file_name=file_name[-120:],
            header=sheet.header,
            row_count=len(sheet.rows),
            created_by=user,
            created_at=clock.now(),
        )
        rows = (ImportRow(job=job, line=line, sealed=_seal(cells)) for line, cells in sheet.rows)
        ImportRow.objects.bulk_create(rows, batch_size=_BATCH)
        if wake is not None:
            # A broker that is away must not undo what is taken in: the next beat finds the rows.
            transaction.on_commit(wake, robust=True)
    logger.info("import taken in", job_id=job.pk, rows=job.row_count, actor_id=user.pk)
    return job


def imports_work(*, seconds: float, job_id: int | None = None) -> bool:
    """File waiting rows, of one job or of all, until time is up; returns whether some are left.

    Any number of workers may do this at once: each row is locked by one of them.
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not _one_row(job_id):
            return _finish()
    return True


def bad_rows_csv(job: ImportJob) -> str:
    """Return the refused rows as a file like the one that came in, with line and reason in front."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_t("Line"), _t("Why not"), *job.header])
    refused = job.rows.filter(outcome=ImportOutcome.REFUSED).order_by("line")
    for row in refused.iterator(chunk_size=_BATCH):
        writer.writerow([row.line, row.reason, *(harmless(cell) for cell in _open(row))])
    return BOM + out.getvalue()


def imports_forget() -> int:
    """Empty the cells of rows that were refused a month ago: they hold names and phones; returns how many."""
    old = ImportJob.objects.filter(finished_at__lt=clock.now() - ROWS_KEPT)
    return ImportRow.objects.filter(job__in=old).exclude(sealed="").update(sealed="")


def _importer(actor: Actor) -> User:
    user = actor.user
    if not isinstance(user, User) or IMPORT not in scope_of(user).permissions:
        raise Denied("permission_missing", _("Your role does not include this step."))
    return user


def _one_row(job_id: int | None) -> bool:
    """File one waiting row together with writing down what became of it; False where none can be had."""
    with transaction.atomic():
        waiting = ImportRow.objects.filter(outcome=ImportOutcome.WAITING)
        if job_id is not None:
            waiting = waiting.filter(job_id=job_id)
        row = (
            waiting.select_for_update(skip_locked=True, of=("self",))
            .select_related("job__created_by")
            .order_by("job_id", "line")
            .first()
        )
        if row is None:
            return False
        _settle(row)
        row.save(update_fields=["outcome", "reason", "incident", "sealed"])
    return True


def _settle(row: ImportRow) -> None:
    user = row.job.created_by
    try:
        _importer(Actor.of(user))
        filed = incident_file(actor=Actor.of(user), report=report_of(row.job, user, _open(row)))
    except DomainError as error:
        row.outcome, row.reason = ImportOutcome.REFUSED, error.message[:_LONGEST_REASON]
        return
    row.incident, row.sealed = filed.incident, ""
    row.outcome = ImportOutcome.FILED if filed.is_new else ImportOutcome.KNOWN


def _finish() -> bool:
    """Mark jobs without waiting rows as finished and tell who imported them; returns whether any is not."""
    waiting = ImportRow.objects.filter(job=OuterRef("pk"), outcome=ImportOutcome.WAITING)
    with transaction.atomic():
        done = list(
            ImportJob.objects.select_for_update(skip_locked=True)
            .filter(~Exists(waiting), finished_at=None)
            .order_by("pk")
        )
        for job in done:
            job.finished_at = clock.now()
            job.save(update_fields=["finished_at"])
            refused = job.rows.filter(outcome=ImportOutcome.REFUSED).count()
            notify(
                [job.created_by_id],
                kind="import_done",
                params={"file": job.file_name, "rows": job.row_count, "refused": refused},
                dedupe_key=f"import:{job.pk}",
                url=f"/imports/{job.pk}/",
            )
    return ImportJob.objects.filter(finished_at=None).exists()


def _seal(cells: Sequence[str]) -> str:
    return encrypt(json.dumps(list(cells), ensure_ascii=False), field=SEALED_FIELD)


def _open(row: ImportRow) -> list[str]:
    """Return the cells; Invalid for a row whose key has been lost."""
    try:
        cells: list[Any] = json.loads(decrypt(row.sealed, field=SEALED_FIELD) or "[]")
    except (InvalidTag, KeyError) as error:
        raise Invalid("row_unreadable", _("This row can no longer be read.")) from error
    return [str(cell) for cell in cells] or [""] * len(row.job.header)
