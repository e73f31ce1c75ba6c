"""`import_residents FILE --as NAME [--community CODE]`: a table of people, by the services of the page."""

import time
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

from core.actor import Actor
from core.errors import DomainError
from organizations.choices import OrganizationKind
from organizations.models import Organization, User
from residents.choices import Source
from residents.models import ImportState, PeopleImport
from residents.selectors.imports import refused_file
from residents.services.import_work import import_work
from residents.services.imports import import_start, import_take


class Command(BaseCommand):
    """Exits 2 where account, file, community or columns do not allow it."""

    help = "Import people from a CSV or spreadsheet; bad rows are written to a file with the reasons."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the file, whose name it is done in, and where rows belong that name no community."""
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--as", dest="username", help="account in whose name it is done")
        parser.add_argument("--community", help="code of the community of rows that name none")
        parser.add_argument("--source", default=Source.SHARED.value, choices=Source.values)
        parser.add_argument("--as-of", type=date.fromisoformat, help="the day the table tells of, 2026-01-31")
        parser.add_argument("--bad-rows", type=Path, help="where refused rows go, with the reasons")
        parser.add_argument("--resume", type=int, metavar="ID", help="go on with an import that was left off")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import with a progress bar and say what became of the rows."""
        began = time.monotonic()
        try:
            job = self._resumed(options["resume"]) if options["resume"] else self._started(options)
        except DomainError as error:
            raise CommandError(error.message, returncode=2) from error
        self._work(job)
        job.refresh_from_db()
        self.stdout.write(
            _(
                "Import %(id)s: added %(added)s, changed %(changed)s, unchanged %(unchanged)s,"
                " refused %(refused)s, in %(seconds)s s."
            )
            % {
                "id": job.pk,
                "added": job.added,
                "changed": job.changed,
                "unchanged": job.unchanged,
                "refused": job.refused,
                "seconds": f"{time.monotonic() - began:.1f}",
            }
        )
        if options["bad_rows"] and job.refused:
            with options["bad_rows"].open("w", encoding="utf-8", newline="") as out:
                out.writelines(refused_file(job))

    def _started(self, options: dict[str, Any]) -> PeopleImport:
        user = User.objects.filter(username=options["username"] or "", is_active=True).first()
        path: Path | None = options["file"]
        if user is None:
            raise CommandError(_("There is no such account."), returncode=2)
        if path is None or not path.is_file():
            raise CommandError(_("There is no such file."), returncode=2)
        with path.open("rb") as stream:
            job = import_take(
                actor=Actor.of(user),
                file_name=path.name,
                stream=stream,
                community_id=_community(options["community"]),
                source=options["source"],
                as_of=options["as_of"],
                most_bytes=None,
            )
        return import_start(actor=Actor.of(user), job_id=job.pk, mapping=job.mapping)

    def _resumed(self, job_id: int) -> PeopleImport:
        job: PeopleImport | None = PeopleImport.objects.filter(pk=job_id, state=ImportState.RUNNING).first()
        if job is None:
            raise CommandError(_("There is no such import that is still running."), returncode=2)
        return job

    def _work(self, job: PeopleImport) -> None:
        output: Any = self.stdout
        console = Console(file=output, highlight=False)
        with Progress(
            BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console, transient=True
        ) as bar:
            task = bar.add_task("", total=job.chunk_count, completed=job.next_chunk)
            import_work(job.pk, told=lambda now: bar.update(task, completed=now.next_chunk))


def _community(code: str | None) -> int | None:
    if not code:
        return None
    found = Organization.objects.filter(code=code, kind=OrganizationKind.COMMUNITY).first()
    if found is None:
        raise CommandError(_("There is no community with this code."), returncode=2)
    return int(found.pk)
