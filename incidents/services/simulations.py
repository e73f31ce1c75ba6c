"""Trying a draft on past incidents before it is put into force; nothing is written to any incident.

A run is worked off in chunks, each a transaction of its own that also keeps how far it has come: a worker
that dies loses at most one chunk, and whoever comes next goes on.
"""

import time
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor
from core.errors import Invalid, Missing
from incidents.choices import RuleSetStatus, SimulationStatus
from incidents.models import Incident, RuleSet, SimulatedChange, Simulation
from incidents.querysets import IncidentQuerySet
from incidents.rules.decision import Decision, decide
from incidents.services.judging import basis_of
from incidents.services.replaying import PARTS, day_of, facts_of, worked_grids
from incidents.services.rule_report import local_names
from incidents.services.rule_sets import CHANGE
from incidents.services.rulebook import Rulebook, rulebook, rulebook_of
from organizations.policies import require_city

CHUNK = 500
LONGEST_DAYS = 366
_MOST_MOVES = 40
KINDS = ("colour", "level", "lead", "acceptance")
logger = structlog.get_logger(__name__)


def simulation_start(*, actor: Actor, rule_set_id: int, days: int) -> Simulation:
    """Ask for a run of the draft over the incidents of the last days that the actor sees. Source: R-73.

    The work is done by `simulations_advance`. Raises Invalid for a wrong number of days, Missing without the
    draft, Denied without the permission for the whole city.
    """
    with transaction.atomic():
        require_city(actor, CHANGE)
        if not 1 <= days <= LONGEST_DAYS:
            raise Invalid(
                "days_invalid",
                _("Please give a number of days between 1 and %(most)s."),
                field="days",
                params={"most": LONGEST_DAYS},
            )
        draft = RuleSet.objects.select_for_update().filter(pk=rule_set_id, status=RuleSetStatus.DRAFT).first()
        if draft is None or actor.user is None:
            raise Missing("rule_set_missing", _("There is no such version of the rules."))
        now = clock.now()
        run = Simulation(
            draft=draft,
            compared_with=RuleSet.objects.filter(status=RuleSetStatus.ACTIVE).first(),
            asked_by_id=actor.user.pk,
            asked_at=now,
            days=days,
            since=now - timedelta(days=days),
            until=now,
            rules_as_of=draft.edited_at,
            total=0,
        )
        run.total = _incidents(run, actor.user).count()
        run.save()
    logger.info("simulation asked", simulation_id=run.pk, total=run.total, actor_id=actor.user_id)
    return run


def simulations_advance(*, seconds: float) -> bool:
    """Work off unfinished runs for some time, the oldest first; returns whether work is left."""
    end = time.monotonic() + seconds
    while _advance_one():
        if time.monotonic() >= end:
            return True
    return False


def _advance_one() -> bool:
    """Check the next chunk of the oldest run that nobody else works on; False when there is none."""
    with transaction.atomic():
        waiting = Simulation.objects.filter(status=SimulationStatus.RUNNING)
        run = waiting.select_for_update(skip_locked=True).order_by("id").first()
        if run is None:
            return False
        if _is_outdated(run):
            run.status, run.finished_at = SimulationStatus.STOPPED, clock.now()
        elif not _check_chunk(run):
            run.status, run.finished_at = SimulationStatus.DONE, clock.now()
            run.totals = _totals(run)
        run.save()
    return True


def _is_outdated(run: Simulation) -> bool:
    """Return whether draft or rules in force are no longer those the run began with."""
    active = RuleSet.objects.filter(status=RuleSetStatus.ACTIVE).values_list("pk", flat=True).first()
    draft = run.draft
    return not draft.is_draft or draft.edited_at != run.rules_as_of or active != run.compared_with_id


def _incidents(run: Simulation, user: Any) -> IncidentQuerySet:
    seen: IncidentQuerySet = Incident.objects.visible_to(user)
    return seen.filter(reported_at__gte=run.since, reported_at__lt=run.until)


def _check_chunk(run: Simulation) -> bool:
    """Judge the next incidents by both versions and keep the differences; False when none were left."""
    wanted = _incidents(run, run.asked_by).select_related(*PARTS).defer("grid__boundary")
    if run.last_reported_at is not None:
        at, pk = run.last_reported_at, run.last_incident_id
        wanted = wanted.filter(Q(reported_at__gt=at) | Q(reported_at=at, pk__gt=pk))
    rows: list[Incident] = list(wanted.order_by("reported_at", "id")[:CHUNK])
    if not rows:
        return False
    compared = rulebook_of(run.compared_with) if run.compared_with else rulebook()
    judges = _Judges(run, compared, rulebook_of(run.draft))
    changes = [change for incident in rows if (change := judges.change(incident)) is not None]
    SimulatedChange.objects.bulk_create(changes)
    run.checked += len(rows)
    run.last_reported_at, run.last_incident_id = rows[-1].reported_at, rows[-1].pk
    return True


class _Judges:
    """The two versions, and for each day the grids that were worked then."""

    def __init__(self, run: Simulation, compared: Rulebook, draft: Rulebook) -> None:
        self._run, self._books = run, (compared, draft)
        self._bases = (basis_of(compared), basis_of(draft))
        self._names = local_names() | {code: unit.name for code, unit in compared.departments.items()}
        self._today = timezone.localtime(run.asked_at).date()
        self._worked: dict[date, frozenset[int]] = {}

    def change(self, incident: Incident) -> SimulatedChange | None:
        """Return what the draft changes about an incident, unsaved; None where nothing."""
        day = day_of(incident)
        if day not in self._worked:
            self._worked[day] = worked_grids(day)
        known = facts_of(incident, self._books[0], has_workers=incident.grid_id in self._worked[day])
        # As if it came in on the day of the question: a new rule is valid from today and must still be tried.
        facts = replace(known, on=self._today)
        before, after = (decide(facts, basis) for basis in self._bases)
        if before.destination == after.destination:
            return None
        same = [mine == theirs for mine, theirs in zip(before.destination, after.destination, strict=True)]
        return SimulatedChange(
            simulation=self._run,
            incident=incident,
            from_colour=before.grade.colour,
            to_colour=after.grade.colour,
            from_level=before.route.owner_level,
            to_level=after.route.owner_level,
            from_lead=self._lead(before),
            to_lead=self._lead(after),
            from_rule=self._rule(before, self._books[0]),
            to_rule=self._rule(after, self._books[1]),
            colour_changes=not same[0],
            level_changes=not same[1],
            lead_changes=not same[2],
            acceptance_changes=not same[3],
        )

    def _lead(self, decision: Decision) -> str:
        code = decision.route.lead or ""
        return self._names.get(code, code)

    def _rule(self, decision: Decision, book: Rulebook) -> str:
        return book.rule_rows.get(decision.route.rule_id or "", (0, ""))[1]


def _totals(run: Simulation) -> dict[str, Any]:
    """Count the differences by kind, and from where to where; four queries, once per run."""
    changes = SimulatedChange.objects.filter(simulation=run)
    counts = {kind: Count("pk", filter=Q(**{f"{kind}_changes": True})) for kind in KINDS}
    totals: dict[str, Any] = changes.order_by().aggregate(changed=Count("pk"), **counts)
    for kind in ("colour", "level", "lead"):
        moved = changes.filter(**{f"{kind}_changes": True}).order_by()
        rows = moved.values(before=F(f"from_{kind}"), after=F(f"to_{kind}")).annotate(count=Count("pk"))
        totals[f"{kind}_moves"] = list(rows.order_by("-count", "before", "after")[:_MOST_MOVES])
    return totals
