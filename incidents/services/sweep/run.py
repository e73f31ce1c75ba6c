"""The sweep: take every step that is due, each exactly once, whoever runs and however often.

1. Claim: lock the incidents of the clocks longest due, passing over those somebody works on.
2. Re-read: what the claim saw may be older than the lock.
3. Decide in plain Python, by the workflow table and the escalation rules.
4. Write steps, clocks, incidents, timeline and inboxes with one statement per table.
All four are one transaction per batch: a sweeper that is killed leaves nothing half done. A batch is decided
in parts, and while the server writes one part the next is decided.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import structlog
from django.db import DatabaseError, OperationalError, transaction

from core import clock
from core.actor import SYSTEM
from core.errors import DomainError
from incidents.rules.vocabulary import Verb
from incidents.services.moves import incident_perform
from incidents.services.rulebook import rulebook
from incidents.services.sweep.claim import claim, read
from incidents.services.sweep.decide import Decider
from incidents.services.sweep.plan import Overdue, Place, Plan
from incidents.services.sweep.standing import SpanTable
from incidents.services.sweep.write import Writer

logger = structlog.get_logger(__name__)
BATCH = 2_000  # one commit each
PART = 500
# What one broken row can raise; it must not hold up the others.
_BREAKING = (DatabaseError, DomainError, LookupError, ValueError)


@dataclass(frozen=True, slots=True)
class SweepResult:
    """How many incidents a sweep claimed and what it did to them; `broken` were left as they were."""

    claimed: int = 0
    warned: int = 0
    raised: int = 0
    supervised: int = 0
    closed: int = 0
    broken: frozenset[int] = frozenset()

    def __add__(self, other: "SweepResult") -> "SweepResult":
        return SweepResult(
            self.claimed + other.claimed,
            self.warned + other.warned,
            self.raised + other.raised,
            self.supervised + other.supervised,
            self.closed + other.closed,
            self.broken | other.broken,
        )


def sweep_due(*, limit: int = BATCH, without: frozenset[int] = frozenset()) -> SweepResult:
    """Take the steps of at most `limit` due clocks in one transaction; incidents `without` are left alone.

    Locks the incidents' rows, waits for nobody. Raises OperationalError while the database is away.
    Source: R-34, R-35, R-36, R-54.
    """
    with transaction.atomic():
        return _sweep(claim(clock.now(), limit, without=without))


def sweep_for(*, seconds: float, limit: int = BATCH) -> SweepResult:
    """Sweep batch by batch until nothing is due or the time is over.

    A batch that fails is taken apart: its incidents are swept one by one and those that fail are logged and
    left for the next sweep, so that one broken row never holds up a city.
    """
    end = time.monotonic() + seconds
    total = SweepResult()
    while time.monotonic() < end:
        done = _guarded(limit, total.broken)
        total += done
        if not done.claimed:
            break
    return total


def _guarded(limit: int, without: frozenset[int]) -> SweepResult:
    try:
        return sweep_due(limit=limit, without=without)
    except OperationalError:
        raise  # the database is away: the whole sweep is tried again later
    except _BREAKING:
        logger.exception("a batch of due clocks failed and is taken apart")
        return _one_by_one(limit, without)


def _one_by_one(limit: int, without: frozenset[int]) -> SweepResult:
    with transaction.atomic():
        incident_ids = claim(clock.now(), limit, without=without)
    total = SweepResult()
    for incident_id in incident_ids:
        try:
            total += _sweep_one(incident_id)
        except OperationalError:
            raise
        except _BREAKING:
            logger.exception("the clocks of an incident cannot be swept", incident_id=incident_id)
            total += SweepResult(claimed=1, broken=frozenset({incident_id}))
    return total


def _sweep_one(incident_id: int) -> SweepResult:
    with transaction.atomic():
        return _sweep(claim(clock.now(), BATCH, only=incident_id))


def _sweep(incident_ids: Sequence[int]) -> SweepResult:
    if not incident_ids:
        return SweepResult()
    now, book = clock.now(), rulebook()
    spans = SpanTable(now=now, book=book)
    decider = Decider(now=now, spans=spans.span, ladders=book.ladders, reminders=spans.reminder, plan=Plan())
    subjects = read(incident_ids, city=Place(book.city.pk, book.city.name) if book.city else None)
    plans = []
    with Writer(now, book) as writer:
        for part in _parts(subjects):
            decider.plan = Plan()
            for subject in part:
                decider.decide(subject)
            writer.write(decider.plan)
            plans.append(decider.plan)
    for plan in plans:
        for incident_id in plan.silent:
            incident_perform(actor=SYSTEM, incident_id=incident_id, verb=Verb.CLOSE_UNANSWERED, given={})
    return SweepResult(
        len(incident_ids),
        sum(plan.warned for plan in plans),
        sum(plan.raised for plan in plans),
        sum(plan.supervised for plan in plans),
        sum(len(plan.silent) for plan in plans),
    )


def _parts(subjects: Sequence[Overdue]) -> Iterator[Sequence[Overdue]]:
    for first in range(0, len(subjects), PART):
        yield subjects[first : first + PART]
