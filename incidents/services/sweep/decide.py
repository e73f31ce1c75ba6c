"""What the sweep does to incidents with due clocks: rows in, rows of a plan out; touches no database.

Whether a move is legal is asked of the workflow table and where it leads of the escalation rules; this module
only puts their answers in order. Source: R-34, R-35, R-36, R-54.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from incidents.rules.escalation import (
    EscalationInput,
    Ladders,
    Step,
    next_step,
    silence_reason,
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
    Plan,
    Unit,
)

_SYSTEM = frozenset({Party.SYSTEM})
# When a clock of this kind for this incident would warn and run out, started now.
Spans = Callable[[Overdue, ClockKind], tuple[datetime, datetime]]


class Case(NamedTuple):
    """All that an answer to clocks that ran out depends on; equal cases are decided once."""

    state: State
    level: Level
    colour: Colour
    exists: frozenset[Level]
    whistled: bool
    kinds: tuple[ClockKind, ...]


class Answer(NamedTuple):
    """The row of the table to apply, None where it refuses, with the step and its reasons as JSON."""

    row: Transition | None
    to_level: Level
    told: tuple[Level, ...]
    reasons: str


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
            self.plan.steps.append((clock.pk, RAN_OUT))
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
        self.plan.steps.append((clock.pk, WARNED))
        row = _allowed(subject.state, Verb.WARN, Facts(parties=_SYSTEM))
        if row is None:
            return
        because = _as_json([warning_reason(clock.kind, subject.level)])
        self.plan.event(subject, row, subject.state, because, _data("R-34", clock=clock.kind.value))
        late_unit = Unit(is_grid=False, pk=clock.organization_id)
        unit = subject.owner_unit() if clock.response_id is None else late_unit
        self.plan.tell([unit], "incident_warned", subject, f"{clock.pk}", clock=clock.kind.value)
        self.plan.warned += 1

    def _run_out(self, subject: Overdue, late: list[ClockRow]) -> None:
        case = Case(
            subject.state,
            subject.level,
            subject.colour,
            subject.levels,
            subject.whistled,
            tuple(dict.fromkeys(clock.kind for clock in late)),
        )
        answer = self._answers.get(case)
        if answer is None:
            answer = self._answers[case] = _answer(case, self.ladders)
        if answer.row is None:
            _stop(late)
        elif answer.row.verb is Verb.CLOSE_UNANSWERED:
            self._close(subject, late, answer, answer.row)
        elif answer.row.verb is Verb.SUPERVISE:
            self._supervise(subject, late, answer, answer.row)
        else:
            self._raise(subject, late, answer, answer.row)

    def _close(self, subject: Overdue, late: list[ClockRow], answer: Answer, row: Transition) -> None:
        state = row.target_from(subject.state)
        _stop(clock for clock in subject.clocks if clock.response_id or clock.kind in row.clocks.stop)
        self.plan.event(subject, row, state, answer.reasons, _data("R-54", clock=late[0].kind.value))
        self.plan.tell([subject.owner_unit()], "incident_closed_silently", subject, f"{late[0].pk}")
        self.plan.changes.append(self._change(subject, state, closed_at=self.now))
        self.plan.ended_whistles.append(subject.pk)
        self.plan.closed += 1

    def _supervise(self, subject: Overdue, late: list[ClockRow], answer: Answer, row: Transition) -> None:
        clock = _kinds(late)
        self.plan.event(subject, row, subject.state, answer.reasons, _data("R-36", clock=clock))
        called = [Unit(is_grid=False, pk=one.organization_id) for one in late if one.response_id is not None]
        units = dict.fromkeys((*subject.units_at(answer.told), *called))
        self.plan.tell(units, "incident_supervised", subject, f"{late[0].pk}", clock=clock)
        self.plan.changes.append(self._change(subject, subject.state, supervised=True))
        self.plan.supervised += 1

    def _raise(self, subject: Overdue, late: list[ClockRow], answer: Answer, row: Transition) -> None:
        state, level = row.target_from(subject.state), answer.to_level
        owner = subject.organizations[level] or subject.owner_id
        clock = _kinds(late)
        levels = {"from_level": subject.level.value, "to_level": level.value}
        data = _data("R-35", clock=clock, **levels, from_unit=subject.owner_id, to_unit=owner)
        self.plan.event(subject, row, state, answer.reasons, data)
        units = dict.fromkeys((*subject.units_at(answer.told), *subject.units_at([level])))
        self.plan.tell(units, "incident_raised", subject, f"{late[0].pk}", clock=clock, **levels)
        _stop(one for one in subject.own_clocks() if one.kind in row.clocks.stop or not one.runs())
        due_at = self._start(subject, row, owner)
        if level is Level.DEPARTMENT:
            self.plan.participations.append((subject.pk, owner))
        self.plan.changes.append(self._change(subject, state, level=level, owner_id=owner, due_at=due_at))
        self.plan.raised += 1

    def _start(self, subject: Overdue, row: Transition, owner: int) -> datetime:
        """Start the move's clocks for the new owner; return the nearest limit, which now counts.

        A clock that still runs is not begun anew: it goes on, for the new owner.
        """
        running = {clock.kind: clock for clock in subject.own_clocks() if clock.runs()}
        dues = [clock.due_at for clock in running.values()]
        for clock in running.values():
            if clock.organization_id != owner:
                clock.hand_on(owner)
        for kind in sorted(row.clocks.start - running.keys()):
            span = self.spans(subject, kind)
            self.plan.fresh.append(FreshClock(subject.pk, owner, kind.value, *span))
            dues.append(span[1])
        return min(dues, default=subject.due_at)

    def _change(
        self,
        subject: Overdue,
        state: State,
        *,
        level: Level | None = None,
        owner_id: int | None = None,
        due_at: datetime | None = None,
        supervised: bool = False,
        closed_at: datetime | None = None,
    ) -> Change:
        return Change(
            subject.pk,
            state.value,
            (level or subject.level).value,
            owner_id or subject.owner_id,
            due_at or subject.due_at,
            supervised,
            closed_at,
        )


def _answer(case: Case, ladders: Ladders) -> Answer:
    if ClockKind.VERIFY in case.kinds:
        facts = Facts(parties=_SYSTEM, owner_level=case.level, verify_ran_out=True)
        row = _allowed(case.state, Verb.CLOSE_UNANSWERED, facts)
        return Answer(row, case.level, (case.level,), _as_json([silence_reason()]))
    steps = [_step(case, kind, ladders) for kind in case.kinds]
    # One clock that raises outweighs those that only supervise.
    steps.sort(key=lambda step: step.supervised)
    rises = not steps[0].supervised
    facts = Facts(parties=_SYSTEM, owner_level=case.level, can_rise=rises, whistled=case.whistled)
    row = _allowed(case.state, Verb.ESCALATE if rises else Verb.SUPERVISE, facts)
    told = tuple(dict.fromkeys(level for step in steps for level in step.told))
    because = [why for step in steps for why in step.reasons]
    return Answer(row, steps[0].to_level, told, _as_json(because))


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
    return ",".join(dict.fromkeys(clock.kind.value for clock in clocks))


def _as_json(reasons: list[Reason]) -> str:
    once = {json.dumps(why.as_data(), ensure_ascii=False): None for why in reasons}
    return f"[{', '.join(once)}]"


def _data(rule: str, **details: str | int) -> str:
    return json.dumps({"rule": rule, **details})
