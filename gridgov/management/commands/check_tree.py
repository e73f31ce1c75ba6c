"""`check_tree`: verify every tree of the installation, and rebuild damaged ones where asked to."""

from argparse import ArgumentParser
from typing import Any

import structlog
from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from mptt.models import MPTTModel

from core import tree

logger = structlog.get_logger(__name__)


class Command(BaseCommand):
    """Exits non-zero on damage; with --repair only on damage that a rebuild cannot mend."""

    help = "Verify the organisation tree and the grid forest; --repair rebuilds them from their parents."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --repair."""
        parser.add_argument("--repair", action="store_true", help="rebuild damaged trees")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check each tree in turn and log what is found."""
        broken = [
            model for model in apps.get_models() if issubclass(model, MPTTModel) and self._is_broken(model)
        ]
        if broken and options["repair"]:
            for model in broken:
                tree.rebuild(model)
                logger.warning("tree rebuilt", tree=model._meta.label)
            broken = [model for model in broken if self._is_broken(model)]
        if broken:
            raise CommandError("damaged: " + ", ".join(model._meta.label for model in broken))
        self.stdout.write("All trees are sound.")

    def _is_broken(self, model: type[MPTTModel]) -> bool:
        damage = tree.find_damage(model)
        for found in damage[:100]:
            logger.error("tree damaged", tree=model._meta.label, node_id=found.node_id, problem=found.problem)
            self.stderr.write(f"{model._meta.label} {found.node_id}: {found.problem}")
        return bool(damage)
