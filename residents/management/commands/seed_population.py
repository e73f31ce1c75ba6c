"""`seed_population --city 350583 --scale 1`: an invented population for a real city."""

import time
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from core.errors import DomainError
from residents.seeding.loading import population_seed
from residents.seeding.places import known_cities


class Command(BaseCommand):
    """Exits 2 where the database, the city or the options do not allow it; nothing is half loaded."""

    help = "Load an invented population into an empty database; the same options give the same people."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare which city and how much of it."""
        parser.add_argument("--city", required=True, help=f"one of {', '.join(sorted(known_cities()))}")
        parser.add_argument("--scale", type=float, default=1.0, help="share of the city's size (default 1)")
        parser.add_argument("--seed", type=int, default=7, help="another seed gives other people")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load with a progress bar and say how much."""
        if not 0 < options["scale"] <= 2:
            raise CommandError(_("--scale must be above 0 and at most 2."), returncode=2)
        if options["city"] not in known_cities():
            raise CommandError(
                _("--city must be one of %(codes)s.") % {"codes": ", ".join(sorted(known_cities()))},
                returncode=2,
            )
        output: Any = self.stdout
        console = Console(file=output, highlight=False)
        began = time.monotonic()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task("", total=None)

            def show(what: str, done: int, total: int) -> None:
                bar.update(task, description=what, completed=done, total=total)

            try:
                seeded = population_seed(
                    code=options["city"], scale=options["scale"], seed=options["seed"], progress=show
                )
            except DomainError as error:
                raise CommandError(error.message, returncode=2) from error
        console.print(
            _("%(people)s people, %(households)s households, %(buildings)s buildings") % asdict(seeded)
        )
        seconds = time.monotonic() - began
        console.print(_("in %(seconds)s s") % {"seconds": f"{seconds:.1f}"})
