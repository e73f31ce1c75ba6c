"""`find_mismatches`: compare dwellings and people of the whole city now; otherwise it runs every night."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from residents.services.matching import find_mismatches


class Command(BaseCommand):
    """Harmless to repeat: a mismatch that is known stays the same row."""

    help = "Find dwellings and households where the people registered do not fit."

    def handle(self, *args: Any, **options: Any) -> None:
        """Look, and say how many were new."""
        count = find_mismatches()
        self.stdout.write(_("Mismatches found anew: %(count)d.") % {"count": count})
