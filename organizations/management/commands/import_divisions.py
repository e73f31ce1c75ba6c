"""`import_divisions FILE`: division codes from CSV into the organisation tree."""

import csv
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from core.actor import SYSTEM
from core.errors import DomainError
from organizations.divisions import COLUMNS, MAX_NAME, Problem, Rejection, Unreadable
from organizations.services.divisions import Imported, divisions_import
from organizations.services.reference import DEFAULT_TEMPLATE

REASONS: Mapping[Problem, Promise] = {
    Problem.ENCODING: gettext_lazy("The line is not UTF-8. Save the file as UTF-8 and import it again."),
    Problem.QUOTING: gettext_lazy("The quotation marks do not match."),
    Problem.COLUMNS: gettext_lazy("The line has %(detail)s columns instead of 4."),
    Problem.CODE_LENGTH: gettext_lazy("The code %(detail)s does not have 12 digits."),
    Problem.CODE_DIGITS: gettext_lazy("The code “%(detail)s” holds something other than the digits 0–9."),
    Problem.NAME_EMPTY: gettext_lazy("The name is empty."),
    Problem.NAME_LONG: gettext_lazy("The name is longer than %(max)s characters."),
    Problem.NAME_CONTROL: gettext_lazy("The name holds invisible control characters."),
    Problem.LEVEL_UNKNOWN: gettext_lazy(
        "The level “%(detail)s” is unknown; use prefecture, city, county, street or community."
    ),
    Problem.DUPLICATE: gettext_lazy("The code stands in line %(detail)s already; that line counts."),
    Problem.PARENT_UNKNOWN: gettext_lazy(
        "The parent %(detail)s is unknown, or its own line has been refused."
    ),
    Problem.PARENT_KIND: gettext_lazy("This level cannot stand directly below %(detail)s."),
    Problem.PARENT_CYCLE: gettext_lazy("The parents run in a circle over %(detail)s."),
    Problem.PARENT_CLOSED: gettext_lazy("The parent %(detail)s is closed."),
    Problem.PARENT_MISSING: gettext_lazy("This level needs a parent code."),
    Problem.OTHER_KIND: gettext_lazy("The code %(detail)s belongs to an organisation of another kind."),
}
SHOWN = 50


class Command(BaseCommand):
    """Exits 0 where every row was good, 1 where some were refused and the others kept, 2 for no such file."""

    help = "Import division codes (CSV: code,name,level,parent_code) into the organisation tree; idempotent."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file and what to take of it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--limit-to", default="", metavar="CODE", help="only this division and below")
        parser.add_argument("--template", default=DEFAULT_TEMPLATE, help="tier template of a new city")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, report, write the refused rows beside the file."""
        path: Path = options["file"]
        output: Any = self.stdout
        console = Console(file=output, highlight=False)
        result = self._import(path, options["limit_to"], options["template"], console)
        console.print(
            _("New %(created)s, renamed %(renamed)s, moved %(moved)s, same %(same)s, refused %(refused)s")
            % {
                "created": result.created,
                "renamed": result.renamed,
                "moved": result.moved,
                "same": result.unchanged,
                "refused": len(result.rejections),
            }
        )
        rejected = path.with_name(path.name + ".rejected.csv")
        if not result.rejections:
            rejected.unlink(missing_ok=True)
            return
        _show(console, result.rejections)
        write_rejected(rejected, result.rejections)
        raise CommandError(
            _("Some rows were refused; the others are kept. The refused ones are in %(path)s.")
            % {"path": rejected},
            returncode=1,
        )

    def _import(self, path: Path, limit_to: str, template: str, console: Console) -> Imported:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        try:
            content = path.read_bytes()
            with Progress(*columns, console=console) as bar:
                task = bar.add_task(_("Importing divisions"), total=None)
                return divisions_import(
                    actor=SYSTEM,
                    content=content,
                    limit_to=limit_to,
                    template_code=template,
                    on_progress=lambda done, total: bar.update(task, completed=done, total=total),
                )
        except OSError as error:
            raise CommandError(
                _("The file %(path)s cannot be read: %(why)s") % {"path": path, "why": error.strerror},
                returncode=2,
            ) from error
        except Unreadable as error:
            raise CommandError(
                _("This is no division file: its first line must be %(columns)s.")
                % {"columns": ",".join(COLUMNS)},
                returncode=2,
            ) from error
        except DomainError as error:
            raise CommandError(error.message, returncode=2) from error


def reason(rejection: Rejection) -> str:
    """Return in words why a row was refused."""
    return str(REASONS[rejection.problem]) % {"detail": rejection.detail, "max": MAX_NAME}


def _show(console: Console, rejections: Sequence[Rejection]) -> None:
    table = Table(title=_("Refused rows"))
    for heading in (_("Line"), _("Reason"), _("As it stands in the file")):
        table.add_column(heading)
    for rejection in rejections[:SHOWN]:
        table.add_row(str(rejection.line), _plain(reason(rejection)), _plain(rejection.text[:60]))
    console.print(table, markup=False)
    if len(rejections) > SHOWN:
        console.print(_("… and %(count)s more.") % {"count": len(rejections) - SHOWN})


def _plain(text: str) -> str:
    """Return the text as rich must print it, nothing in it being markup or moving the cursor."""
    printable = "".join(character if character.isprintable() else "�" for character in text)
    return printable.replace("[", r"\[")


def write_rejected(path: Path, rejections: Sequence[Rejection]) -> None:
    """Write the refused rows with their reasons; a spreadsheet may open the file safely."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["line", "reason", "row"])
        writer.writerows((row.line, reason(row), _inert(row.text)) for row in rejections)


def _inert(text: str) -> str:
    """Return the text as no spreadsheet takes it for a formula; whoever wrote the file may mean harm."""
    return f"'{text}" if text.lstrip().startswith(("=", "+", "-", "@")) else text
