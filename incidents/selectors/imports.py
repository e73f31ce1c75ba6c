"""Imports as their page shows them: how far each is, and the rows that could not be taken."""

from django.db.models import Count

from incidents.models import ImportJob, ImportOutcome, ImportRow
from organizations.scopes import AnyUser

SHOWN_REFUSALS = 20


def job_for(user: AnyUser, pk: int) -> ImportJob | None:
    """Return one import within the person's view; one query beyond the scope."""
    found: ImportJob | None = ImportJob.objects.visible_to(user).filter(pk=pk).first()
    return found


def outcome_counts(job: ImportJob) -> dict[str, int]:
    """Return how many rows have come to each outcome; one query."""
    counts: dict[str, int] = dict.fromkeys(ImportOutcome.values, 0)
    rows = ImportRow.objects.filter(job=job).order_by().values("outcome").annotate(number=Count("pk"))
    return counts | dict(rows.values_list("outcome", "number"))


def first_refusals(job: ImportJob) -> list[ImportRow]:
    """Return the first rows that were refused, with their reasons; one query."""
    refused = ImportRow.objects.filter(job=job, outcome=ImportOutcome.REFUSED)
    return list(refused.defer("sealed").order_by("line")[:SHOWN_REFUSALS])
