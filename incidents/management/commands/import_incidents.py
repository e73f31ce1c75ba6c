"""Import incidents of another system from a file, at once."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from core.actor import Actor
from core.errors import DomainError
from incidents.rules.channels import TRANSFER_CHANNELS
from incidents.rules.vocabulary import Channel
from incidents.selectors.imports import outcome_counts
from incidents.services.imports import bad_rows_csv, import_create, imports_work
from organizations.models import User

_PIECE_SECONDS = 60


class Command(BaseCommand):
    """Takes a file in and files its rows through the same services as the page."""

    help = "Imports incidents from a CSV or XLSX file; the same number of the same system is filed once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the file, the other system, and in whose name it is done."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--system", required=True, help="name of the other system")
        parser.add_argument("--as", dest="username", required=True, help="account in whose name it is done")
        parser.add_argument(
            "--channel",
            default=Channel.TRANSFER.value,
            choices=[channel.value for channel in TRANSFER_CHANNELS],
        )
        parser.add_argument("--bad-rows", type=Path, help="where refused rows go, with their reasons")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Import, print what became of the rows, and write the refused ones."""
        user = User.objects.filter(username=options["username"], is_active=True).first()
        path: Path = options["file"]
        if user is None:
            raise CommandError(_("There is no such account."))
        if not path.is_file():
            raise CommandError(_("There is no such file."))
        try:
            job = import_create(
                actor=Actor.of(user),
                system=options["system"],
                channel=options["channel"],
                file_name=path.name,
                content=path.read_bytes(),
            )
        except DomainError as error:
            raise CommandError(error.message) from error
        while imports_work(seconds=_PIECE_SECONDS, job_id=job.pk):
            counts = outcome_counts(job)
            if not counts["waiting"]:
                break
            self.stdout.write(_("%(count)s rows are left.") % {"count": counts["waiting"]})
        counts = outcome_counts(job)
        self.stdout.write(_("Filed %(filed)s, filed before %(known)s, refused %(refused)s.") % counts)
        if options["bad_rows"] and counts["refused"]:
            options["bad_rows"].write_text(bad_rows_csv(job), encoding="utf-8")
