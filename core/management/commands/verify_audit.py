"""`verify_audit`: walk the hash chain of the access log and say where it breaks."""

from argparse import ArgumentParser
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandError

from core.verification import Break, Verdict, verify_chain

logger = structlog.get_logger(__name__)
_WORDS = {
    Break.GAP: "a row before it is missing",
    Break.LINK: "it does not follow from the row before",
    Break.CONTENT: "it is not what was written",
    Break.HEAD_LOST: "the given head is not in the log: its last rows were deleted or all rows rewritten",
    Break.UNGUARDED: "a trigger that guards the log is missing or switched off",
}


class Command(BaseCommand):
    """Exits non-zero where the chain is broken; prints its head, which is to be kept outside the database."""

    help = "Verify the access log's hash chain; --head proves that a row known from before is still in it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --head."""
        parser.add_argument("--head", default="", help="a head that an earlier run has printed")

    def handle(self, *args: Any, **options: Any) -> None:
        """Walk the chain; log and print the verdict."""
        verdict = verify_chain(head=options["head"])
        if verdict.broken is not None:
            logger.error("access log broken", problem=verdict.broken, sequence=verdict.sequence)
            raise CommandError(_sentence(verdict))
        logger.info("access log sound", rows=verdict.rows, head=verdict.head)
        self.stdout.write(f"{verdict.rows} rows, all sound. Head: {verdict.head or '-'}")


def _sentence(verdict: Verdict) -> str:
    words = _WORDS[verdict.broken] if verdict.broken else ""
    if verdict.sequence is None:
        return f"The access log is broken: {words}."
    return f"The access log is broken at row {verdict.sequence} (id {verdict.row_id}): {words}."
