"""`simulate_visits --city 220781`: two months of home visits in the figures the city has published."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from core.errors import DomainError
from gridgov.demo.visiting import PUBLISHED_HOUSEHOLDS, Played, visits_play
from gridgov.logs import quiet
from organizations.models import Organization
from residents.choices import NeedKind
from residents.rules.rounds import COVERAGE_WANTED, percent


class Command(BaseCommand):
    """Exits 2 where it may not run; 1 where a figure was missed, 0 where all were reached."""

    help = "Play home visits through the services on an invented population; refused in production."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the city and the seed."""
        parser.add_argument("--city", default="220781", help="six digits of the city that is loaded")
        parser.add_argument("--seed", type=int, default=7, help="another seed plays other visits")

    def handle(self, *args: Any, **options: Any) -> None:
        """Play with a progress bar, then print the figures."""
        if not Organization.objects.filter(code=f"{options['city']}000000").exists():
            raise CommandError(_("This city is not loaded. Load its population first."), returncode=2)
        output: Any = self.stdout
        console = Console(file=output, highlight=False)
        began = time.monotonic()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with quiet(), Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task(_("visits"), total=None)

            def show(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total)

            try:
                played = visits_play(seed=options["seed"], progress=show)
            except DomainError as error:
                raise CommandError(error.message, returncode=2) from error
        _print(console, played, time.monotonic() - began)
        if not _is_reached(played):
            raise CommandError(_("A figure was missed."))


def _print(console: Console, played: Played, seconds: float) -> None:
    lines = (
        _("%(households)d households, %(people)d people (published: %(published)d households)")
        % {
            "households": played.households,
            "people": played.people,
            "published": PUBLISHED_HOUSEHOLDS,
        },
        _("met: %(met)d households, %(percent)s%% (wanted: %(wanted)d%%), by %(visits)d visits")
        % {
            "met": played.met,
            "percent": percent(played.met, played.households),
            "wanted": COVERAGE_WANTED,
            "visits": played.visits,
        },
        _("wishes: %(wishes)d, opinions: %(opinions)d, problems: %(problems)d")
        % {
            "wishes": played.needs.get(NeedKind.WISH, 0),
            "opinions": played.needs.get(NeedKind.OPINION, 0),
            "problems": played.needs.get(NeedKind.PROBLEM, 0),
        },
        _("without an answer: %(unanswered)d, answered but not told: %(untold)d")
        % {"unanswered": played.unanswered, "untold": played.untold},
        _("in %(seconds)s s") % {"seconds": f"{seconds:.1f}"},
    )
    for line in lines:
        console.print(line)


def _is_reached(played: Played) -> bool:
    return (
        played.met * 100 >= played.households * COVERAGE_WANTED
        and not played.unanswered
        and not played.untold
    )
