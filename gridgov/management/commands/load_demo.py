"""`load_demo`: a whole invented city on real divisions; `./run demo` calls it at every start."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from core.errors import DomainError
from gridgov.demo.cities import city_codes, city_of
from gridgov.demo.loading import load
from gridgov.logs import quiet


class Command(BaseCommand):
    """Exits non-zero outside the demo, and where another city is loaded already."""

    help = "Load a demo city with people and incidents; refused in production, harmless to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the city and whether to forget what is there."""
        parser.add_argument("--city", default="350921", choices=city_codes())
        parser.add_argument("--fresh", action="store_true", help="forget everything first")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say what there is."""
        city = city_of(options["city"])
        try:
            with quiet():
                loaded = load(city, fresh=options["fresh"])
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(
            _(
                "%(city)s: %(grids)d grids, %(buildings)d buildings, %(people)d people, "
                "%(incidents)d incidents; %(urgent)d limits run out in a moment."
            )
            % {
                "city": city.name,
                "grids": loaded.grids,
                "buildings": loaded.buildings,
                "people": loaded.people,
                "incidents": loaded.incidents,
                "urgent": loaded.about_to_run_out,
            }
        )
