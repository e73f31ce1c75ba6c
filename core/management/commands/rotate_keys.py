"""`rotate_keys`: encrypt every sealed value anew under the newest key, while the system works."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.rotation import rotate

SAYS_EVERY_SECONDS = 2.0


class Command(BaseCommand):
    """May be stopped and run again at any time; exits non-zero while a value is left under another key."""

    help = "Encrypt everything anew under the first key of FIELD_KEYS and the cipher of FIELD_CIPHER."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate with a line every two seconds, then say what is proved."""
        began = said = time.monotonic()
        count = 0

        def show(label: str, rows: int) -> None:
            nonlocal said, count
            count += rows
            if time.monotonic() - said >= SAYS_EVERY_SECONDS:
                said = time.monotonic()
                self.stdout.write(f"{label}: {count} rows so far, {count / (said - began):.0f}/s")

        done = rotate(progress=show)
        seconds = max(time.monotonic() - began, 0.001)
        self.stdout.write(f"{done.rows} rows in {seconds:.1f} s ({done.rows / seconds:.0f}/s).")
        if done.unreadable:
            raise CommandError(f"{done.unreadable} rows cannot be opened: their key is not in FIELD_KEYS.")
        if done.left:
            raise CommandError(f"{done.left} values are not under the newest key: run again.")
        self.stdout.write("No value is left under another key or cipher.")
