"""`demo_guide`: the address, the accounts and a walk-through, printed once the demo is ready."""

import shutil
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils.translation import gettext as _
from rich import box
from rich.console import Console
from rich.table import Table

from gridgov.demo import guide
from gridgov.demo.loading import demo_password

NARROWEST, WIDEST = 80, 150


class Command(BaseCommand):
    """Refused in production: it shows passwords."""

    help = "Print the demo's address, accounts and walk-through."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare where the demo listens."""
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print, wide enough for a file where there is no terminal."""
        if settings.IS_PRODUCTION:
            raise CommandError(_("There is no demo in production."))
        base = f"http://127.0.0.1:{options['port']}"
        width = max(NARROWEST, min(WIDEST, shutil.get_terminal_size((120, 24)).columns))
        console = Console(width=width, highlight=False, soft_wrap=False)
        console.print(f"[bold]地址 Address[/]  {base}/    [bold]密码 Password[/]  {demo_password()}\n")
        console.print(_accounts())
        console.print()
        addresses = {
            "resident": base + guide.resident_path(),
            "track": base + reverse("track"),
            "screen": base + reverse("screen"),
            "desk": base + reverse("desk"),
            "callbacks": base + reverse("callbacks"),
            "approvals": base + reverse("approvals"),
            "lifecycle": base + reverse("admin:incidents_workflow"),
        }
        for number, (chinese, english) in enumerate(guide.STEPS, start=1):
            console.print(f"[bold]{number}.[/] {chinese.format(**addresses)}", soft_wrap=True)
            console.print(f"   [dim]{english}[/]", soft_wrap=True)


def _accounts() -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for heading in ("账号", "角色", "人和单位", "看什么"):
        table.add_column(heading)
    for row in guide.rows():
        table.add_row(f"[bold]{row.username}[/]", row.label, row.post, row.see)
    return table
