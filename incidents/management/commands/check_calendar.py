"""`check_calendar`: say which years' holidays are missing, and tell the grid office."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from incidents.services.calendar_watch import calendar_warn


class Command(BaseCommand):
    """Exits non-zero while a year that limits are counted in has no holidays."""

    help = "Check that the working calendar knows this year's holidays, and from October on next year's."

    def handle(self, *args: Any, **options: Any) -> None:
        """Check and report."""
        years = calendar_warn()
        if years:
            raise CommandError("no holidays entered: " + ", ".join(map(str, years)))
        self.stdout.write("The calendar is complete.")
