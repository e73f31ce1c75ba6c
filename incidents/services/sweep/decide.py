"""What the sweep does to incidents with due clocks: rows in, rows of a plan out; touches no database.

Whether a move is legal is asked of the workflow table and where it leads of the escalation rules; this module
only puts their answers in order. Source: R-34, R-35, R-36, R-54.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from incidents.rules.escalation import (
    EscalationInput,
    Ladders,
    Step,
    next_step,
    warning_reason,
)
from incidents.rules.reasons import Reason
from incidents.rules.vocabulary import ClockKind, Colour, Level, Party, State, Trigger, Verb
from incidents.rules.workflow import Facts, Refusal, Transition, check_move
from incidents.services.sweep.plan import (
    RAN_OUT,
    WARNED,
    Change,
    ClockChange,
    ClockRow,
    FreshClock,
    Overdue,
    ParticipationRow,
    Plan,
    Reasons,
    Span,
    StepRow,
    SupervisionRow,
    Unit,
)

_SYSTEM = frozenset({Party.SYSTEM})
# When a clock of this kind for this incident and this unit would warn and run out, started now.
Spans = Callable[[Overdue, ClockKind, int], Span]


class Case(NamedTuple):
    """All that an answer to clocks that ran out depends on; equal cases are decided once."""

    state: State
    level: Level
    colour: Colour
    exists: frozenset[Level]
    whistled: bool
    kinds: tuple[ClockKind, ...]


class Answer(NamedTuple):
    """The row of the table to apply, None where it refuses, with the step and its reasons."""

    row: Transition | None
    to_level: Level
    told: tuple[Level, ...]
    reasons: Reasons


@dataclass(kw_only=True)
class Decider:
    """Decides the incidents of one batch at one moment into one plan."""

    now: datetime
    spans: Spans
    ladders: Ladders
    plan: Plan = field(default_factory=Plan)
    _answers: dict[Case, Answer] = field(default_factory=dict)

    def decide(self, subject: Overdue) -> None:
        """Add every step that is due for the incident, warnings first.

        All its clocks that ran out are answered by one move, so that it rises one level however many limits
        passed while the sweep was down. A move the table refuses stops the clock, which would otherwise come
        back forever.
        """
        due = [clock for clock in subject.clocks if clock.is_due(self.now)]
        late = [clock for clock in due if clock.due_at <= self.now]
        for clock in due:
            if clock.stage < WARNED:
                self._warn(subject, clock)
                clock.take(WARNED)
        for clock in late:
            self.plan.steps.append(StepRow(clock.pk, RAN_OUT))
            clock.take(RAN_OUT)
        if late:
            self._run_out(subject, late)
        self.plan.clocks.extend(
            ClockChange(
                clock.pk,
                clock.stage,
                clock.organization_id,
                clock.fires_at,
                self.now if clock.stopped else None,
            )
            for clock in subject.clocks
            if clock.changed
        )

    def _warn(self, subject: Overdue, clock: ClockRow) -> None:
        self.plan.steps.append(StepRow(clock.pk, WARNED))
        row = _allowed(subject.state, Verb.WARN, Facts(parties=_SYSTEM))
        if row is None:
            return
        because = _as_data([warning_reason(clock.kind, subject.level)])
        self.plan.event(subject, row, subject.state, because, {"rule": "R-34", "clock": clock.kind})
        late_unit = Unit(is_grid=False, pk=clock.organization_id)
        unit = subject.owner_unit() if clock.response_id is None else late_unit
        if clock.kind is ClockKind.REVIEW:
            units = dict.fromkeys((unit, *subject.units_at([Level.STREET])))
            self.plan.tell(units, "incident_review_due", subject, clock.pk)
        else:
            self.plan.tell([unit], "incident_warned", subject, clock.pk, clock=clock.kind)
        self.plan.warned += 1

    def _run_out(self, subject: Overdue, late: list[ClockRow]) -> None:
        case = Case(
            subject.state,
            subject.level,
            subject.colour,
            frozenset(subject.places),
            subject.whistled,
            tuple(dict.fromkeys(clock.kind for clock in late)),
        )
        answer = self._answers.get(case)
        if answer is None:
            answer = self._answers[case] = _answer(case, self.ladders)
        if answer.row is None:
            _stop(late)
        elif answer.row.verb is Verb.CLOSE_UNANSWERED:
            self.plan.silent.append(subject.pk)
        elif answer.row.verb is Verb.SUPERVISE:
            self._supervise(subject, late, answer, answer.row)
        else:
            self._raise(subject, late, answer, answer.row)

    def _supervise(self, subject: Overdue, late: list[ClockRow], answer: Answer, row: Transition) -> None:
        clock = _kinds(late)
        self.plan.event(subject, row, subject.state, answer.reasons, {"rule": "R-36", "clock": clock})
        called = [Unit(is_grid=False, pk=one.organization_id) for one in late if one.response_id is not None]
        units = dict.fromkeys((*subject.units_at((*answer.told, Level.CITY)), *called))
        self.plan.tell(units, "incident_supervised", subject, late[0].pk, clock=clock)
        self.plan.changes.append(
            Change(
                subject.pk,
                subject.state,
                subject.level,
                subject.owner.pk,
                subject.due_at,
                supervised=True,
            )
        )
        self.plan.supervisions.append(SupervisionRow(subject.pk, answer.reasons))
        self.plan.supervised += 1

    def _raise(self, subject: Overdue, late: list[ClockRow], answer: Answer, row: Transition) -> None:
        state, level = row.target_from(subject.state), answer.to_level
        owner = subject.places[level]
        _stop(one for one in subject.own_clocks() if one.kind in row.clocks.stop or not one.runs())
        due_at, limits = self._start(subject, row, owner.pk)
        levels = {"from_level": subject.level, "to_level": level}
        data = {"rule": "R-35", "clock": _kinds(late), **levels}
        data |= {"from_unit": subject.owner.name, "to_unit": owner.name}
        self.plan.event(subject, row, state, answer.reasons + limits, data)
        units = dict.fromkeys((*subject.units_at(answer.told), *subject.units_at([level])))
        self.plan.tell(units, "incident_raised", subject, late[0].pk, clock=_kinds(late), **levels)
        if level is Level.DEPARTMENT:
            self.plan.participations.append(ParticipationRow(subject.pk, owner.pk))
        self.plan.changes.append(Change(subject.pk, state, level, owner.pk, due_at, supervised=False))
        self.plan.raised += 1

    def _start(self, subject: Overdue, row: Transition, owner: int) -> tuple[datetime, Reasons]:
        """Start the move's clocks for the new owner; return the nearest limit, which now counts, and why.

        A clock that still runs is not begun anew: it goes on, for the new owner.
        """
        running = {clock.kind: clock for clock in subject.own_clocks() if clock.runs()}
        dues = [clock.due_at for clock in running.values() if not clock.paused]
        for clock in running.values():
            if clock.organization_id != owner:
                clock.hand_on(owner)
        because: Reasons = []
        for kind in ClockKind:
            if kind in row.clocks.start and kind not in running:
                span = self.spans(subject, kind, owner)
                self.plan.fresh.append(
                    FreshClock(subject.pk, owner, kind, span.warn_at, span.due_at, span.limit)
                )
                dues.append(span.due_at)
                because += span.reasons
        return min(dues, default=subject.due_at), because


def _answer(case: Case, ladders: Ladders) -> Answer:
    if ClockKind.CALLBACK in case.kinds:
        facts = Facts(parties=_SYSTEM, owner_level=case.level, verdict_ran_out=True, whistled=case.whistled)
        row = _allowed(case.state, Verb.CLOSE_UNANSWERED, facts)
        if row is not None:
            return Answer(row, case.level, (case.level,), [])
    steps = [_step(case, kind, ladders) for kind in case.kinds]
    # One clock that raises outweighs those that only supervise.
    steps.sort(key=lambda step: step.supervised)
    rises = not steps[0].supervised
    facts = Facts(parties=_SYSTEM, owner_level=case.level, can_rise=rises, whistled=case.whistled)
    row = _allowed(case.state, Verb.ESCALATE, facts) if rises else None
    if row is None:
        # Where the table lets nobody take the work away now, a limit that passes is at least looked at.
        row = _allowed(case.state, Verb.SUPERVISE, facts)
    told = tuple(dict.fromkeys(level for step in steps for level in step.told))
    because = [why for step in steps for why in step.reasons]
    return Answer(row, steps[0].to_level, told, _as_data(because))


def _step(case: Case, kind: ClockKind, ladders: Ladders) -> Step:
    facts = EscalationInput(
        level=case.level,
        colour=case.colour,
        trigger=Trigger.TIME,
        has_lead_department=Level.DEPARTMENT in case.exists,
        exists=case.exists,
        clock_kind=kind,
        state=case.state,
        whistled=case.whistled,
    )
    return next_step(facts, ladders)


def _allowed(state: State, verb: Verb, facts: Facts) -> Transition | None:
    answer = check_move(state, verb, facts)
    return None if isinstance(answer, Refusal) else answer


def _stop(clocks: Iterable[ClockRow]) -> None:
    for clock in clocks:
        clock.stop()


def _kinds(clocks: list[ClockRow]) -> str:
    return ",".join(dict.fromkeys(clock.kind for clock in clocks))


def _as_data(reasons: list[Reason]) -> Reasons:
    found: Reasons = []
    for why in reasons:
        data = why.as_data()
        if data not in found:
            found.append(data)
    return found
