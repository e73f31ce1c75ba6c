"""`apply_retention`: anonymise the files whose time is over, or say which they are."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from residents.services.retention import retention_apply, retention_plan


class Command(BaseCommand):
    """Prints the files by rule and community; --dry-run changes nothing."""

    help = "Anonymise files of people who died or moved away longer ago than the retention rules allow."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --dry-run."""
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the plan, then carry it out."""
        for line in retention_plan():
            self.stdout.write(
                _("%(rule)s, %(months)s months, %(community)s: %(people)s files")
                % {
                    "rule": line.rule,
                    "months": line.rule.months,
                    "community": line.community,
                    "people": line.people,
                }
            )
        if options["dry_run"]:
            self.stdout.write(_("Nothing was changed."))
        else:
            self.stdout.write(_("%(count)s files anonymised.") % {"count": retention_apply()})
