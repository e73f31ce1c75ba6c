"""`simulate`: run a city through the real services on a simulated clock, and print and store its figures."""

import json
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from core.errors import DomainError
from gridgov.demo.cities import city_codes, city_of
from gridgov.logs import quiet
from gridgov.simulation.profile import usual_profile
from gridgov.simulation.running import simulate
from gridgov.simulation.tables import as_data, as_text

_MOST_DAYS = 366
_MOST_SEED = 2**63 - 1
_INTERRUPTED = 130


class Command(BaseCommand):
    """Exits non-zero in production, on a real city's database, for an unknown city, and when interrupted."""

    help = (
        "Simulate a city for some days with people who are late, give back, refuse and complain; "
        "forgets what a demo or an earlier simulation left, keeps the results of simulations."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the city, the days, the seed, and how to print."""
        parser.add_argument("--city", default="220781", help="division code: " + ", ".join(city_codes()))
        parser.add_argument("--days", type=int, default=90, help=f"1 to {_MOST_DAYS}")
        parser.add_argument("--seed", type=int, default=7, help="the same seed gives the same city")
        parser.add_argument("--fresh", action="store_true", help="forget a demo that is here")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Simulate and print; the progress and the time it took go to standard error."""
        _check(options)
        try:
            with quiet(), _bar(options["days"], hidden=options["json"]) as on_day:
                run = simulate(
                    city=city_of(options["city"]),
                    days=options["days"],
                    seed=options["seed"],
                    profile=usual_profile(),
                    fresh=options["fresh"],
                    on_day=on_day,
                )
        except DomainError as error:
            raise CommandError(error.message) from error
        except KeyboardInterrupt as interrupt:
            message = _("Stopped. What has been simulated so far is whole, and the next run begins anew.")
            raise CommandError(message, returncode=_INTERRUPTED) from interrupt
        if options["json"]:
            self.stdout.write(json.dumps(as_data(run), ensure_ascii=False))
            return
        self.stdout.write(as_text(run))
        self.stderr.write(_("%(seconds)d seconds.") % {"seconds": round(run.seconds or 0)}, self.style.NOTICE)


def _check(options: dict[str, Any]) -> None:
    """Raise CommandError naming the option that cannot be used."""
    if options["city"] not in city_codes():
        raise CommandError(
            _("--city: “%(given)s” is not known. Known are %(codes)s.")
            % {"given": options["city"], "codes": ", ".join(city_codes())}
        )
    if not 1 <= options["days"] <= _MOST_DAYS:
        raise CommandError(_("--days: please give a number from 1 to %(most)d.") % {"most": _MOST_DAYS})
    if not 0 <= options["seed"] <= _MOST_SEED:
        raise CommandError(_("--seed: please give a whole number that is not negative."))


@contextmanager
def _bar(days: int, *, hidden: bool) -> Iterator[Callable[[int], None]]:
    """Show the simulated days passing on standard error; gives what tells it that a day is over."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=hidden, transient=True) as progress:
        task = progress.add_task(_("Simulated days"), total=days)
        yield lambda day: progress.update(task, completed=day)
