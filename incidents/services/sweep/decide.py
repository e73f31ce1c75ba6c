"""What the sweep does to incidents with due clocks: rows in, rows of a plan out; touches no database.

Whether a move is legal is asked of the workflow table and where it leads of the escalation rules; this module
only puts their answers in order. Source: R-34, R-35, R-36, R-54, R-82, R-83.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from incidents.rules.escalation import RAN_OUT, WARNED, Ladders
from incidents.rules.ladder_steps import late_reason
from incidents.rules.vocabulary import ClockKind, Level, Verb
from incidents.rules.workflow import Transition
from incidents.services.sweep.answers import Answer, Case, answer_to
from incidents.services.sweep.plan import (
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

# The sweep runs twice a minute; what was taken later than this was missed and is made up for.
_LATE = timedelta(minutes=10)
# When a clock of this kind for this incident and this unit would warn and run out, started now.
Spans = Callable[[Overdue, ClockKind, int], Span]
# When a clock that has run out reminds next, None where its ladder says never.
Reminders = Callable[[Overdue, ClockRow], datetime | None]


class Taken(NamedTuple):
    """A step that is being taken: of which clock, its number, when it was due, and what it does."""

    clock: ClockRow
    step: int
    due: datetime
    answer: Answer
    reasons: Reasons

    def data(self, rule: str) -> dict[str, Any]:
        """Return what its event says besides the reasons."""
        return {"rule": rule, "clock": self.clock.kind, "due": self.due.isoformat()}


@dataclass(slots=True)
class Outcome:
    """What the steps of one incident have come to; `limits` belongs to the last rise's event."""

    rise: Transition | None = None
    limits: Reasons = field(default_factory=list)
    supervised: bool = False
    silent: bool = False


@dataclass(kw_only=True)
class Decider:
    """Decides the incidents of one batch at one moment into one plan."""

    now: datetime
    spans: Spans
    ladders: Ladders
    reminders: Reminders
    plan: Plan = field(default_factory=Plan)
    _answers: dict[Case, Answer] = field(default_factory=dict)

    def decide(self, subject: Overdue) -> None:
        """Take every step that is due for the incident, in the order in which they came due.

        A clock that an earlier step stopped takes none any more. Each limit that ran out is a rise of its
        own; what rises start begins once, after the last of them, and now. Source: R-83.
        """
        outcome = Outcome()
        while not outcome.silent and (clock := subject.next_due(self.now)) is not None:
            due, step = clock.take()
            self.plan.steps.append(StepRow(clock.pk, step, due))
            answer = self._answer(subject, clock, step)
            late = [late_reason(due).as_data()] if self.now - due > _LATE else []
            self._apply(subject, Taken(clock, step, due, answer, answer.reasons + late), outcome)
        self._settle(subject, outcome)

    def _apply(self, subject: Overdue, taken: Taken, outcome: Outcome) -> None:
        """Do what the answer says; a move that the table refuses stops the clock for good."""
        clock, row = taken.clock, taken.answer.row
        if row is None:
            if taken.step >= RAN_OUT:
                clock.stop()
        elif row.verb is Verb.CLOSE_UNANSWERED:
            self.plan.silent.append(subject.pk)
            outcome.silent = True
        elif row.verb is Verb.ESCALATE:
            self._raise(subject, taken, row, outcome)
        elif row.verb is Verb.SUPERVISE:
            outcome.supervised = True
            self._supervise(subject, taken, row)
        elif not taken.answer.silent:
            self._tell(subject, taken, row)
        if clock.stage >= RAN_OUT and not clock.stopped and not outcome.silent:
            clock.fires_at = self.reminders(subject, clock)

    def _settle(self, subject: Overdue, outcome: Outcome) -> None:
        """Write what the incident and its clocks have become."""
        due_at = subject.due_at
        if outcome.rise is not None:
            due_at, limits = self._start(subject, outcome.rise, subject.owner.pk)
            outcome.limits += limits
        if outcome.rise is not None or outcome.supervised:
            self.plan.changes.append(
                Change(
                    subject.pk,
                    subject.state,
                    subject.level,
                    subject.owner.pk,
                    due_at,
                    supervised=outcome.supervised,
                    handed_on=outcome.rise is not None,
                )
            )
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

    def _answer(self, subject: Overdue, clock: ClockRow, step: int) -> Answer:
        case = Case(
            subject.state,
            subject.level,
            subject.colour,
            subject.exists,
            subject.whistled,
            clock.kind,
            step,
            clock.response_id is not None,
        )
        answer = self._answers.get(case)
        if answer is None:
            answer = self._answers[case] = answer_to(case, self.ladders)
        return answer

    def _tell(self, subject: Overdue, taken: Taken, row: Transition) -> None:
        clock, step = taken.clock, taken.step
        rule = "R-34" if step == WARNED else "R-82"
        self.plan.event(subject, row, subject.state, taken.reasons, taken.data(rule))
        units = subject.units_at(taken.answer.told)
        if clock.response_id is not None:  # the called department's own limit: it stands in the owner's place
            above = tuple(level for level in taken.answer.told if level is not subject.level)
            units = [Unit(is_grid=False, pk=clock.organization_id), *subject.units_at(above)]
        kind = "incident_warned" if step == WARNED else "incident_overdue"
        if clock.kind is ClockKind.REVIEW and step == WARNED:
            # The street's people review what stands with a department as well.
            kind = "incident_review_due"
            units = [*units, *subject.units_at([Level.STREET])]
        mark = f":{step}" if step > RAN_OUT else ""
        self.plan.tell(dict.fromkeys(units), kind, subject, clock.pk, mark=mark, clock=clock.kind)
        self.plan.warned += 1

    def _supervise(self, subject: Overdue, taken: Taken, row: Transition) -> None:
        clock = taken.clock
        self.plan.event(subject, row, subject.state, taken.reasons, taken.data("R-36"))
        units = subject.units_at((*taken.answer.told, Level.CITY))
        if clock.response_id is not None:
            units.append(Unit(is_grid=False, pk=clock.organization_id))
        mark = f":{taken.step}" if taken.step > RAN_OUT else ""
        kind = "incident_supervised"
        self.plan.tell(dict.fromkeys(units), kind, subject, clock.pk, mark=mark, clock=clock.kind)
        self.plan.supervisions.append(SupervisionRow(subject.pk, taken.reasons))
        self.plan.supervised += 1

    def _raise(self, subject: Overdue, taken: Taken, row: Transition, outcome: Outcome) -> None:
        """Hand the incident up one level; its clocks follow when all steps are taken."""
        clock, level, before = taken.clock, taken.answer.to_level, subject.level
        state, owner = row.target_from(subject.state), subject.places[level]
        _stop(one for one in subject.own_clocks() if one.kind in row.clocks.stop or not one.runs())
        levels = {"from_level": before, "to_level": level}
        data = taken.data("R-35") | levels | {"from_unit": subject.owner.name, "to_unit": owner.name}
        because = list(taken.reasons)
        self.plan.event(subject, row, state, because, data)
        units = dict.fromkeys((*subject.units_at(taken.answer.told), *subject.units_at([level])))
        self.plan.tell(units, "incident_raised", subject, clock.pk, clock=clock.kind, **levels)
        if level is Level.DEPARTMENT:
            self.plan.participations.append(ParticipationRow(subject.pk, owner.pk))
        subject.state, subject.level, subject.owner = state, level, owner
        outcome.rise, outcome.limits = row, because
        self.plan.raised += 1

    def _start(self, subject: Overdue, row: Transition, owner: int) -> tuple[datetime, Reasons]:
        """Start the move's clocks for the new owner; return the nearest limit, which now counts, and why.

        A clock that still ran at the rise is not begun anew, even where it ran out after it in the same
        batch: it goes on, for the new owner.
        """
        kept = {clock.kind: clock for clock in subject.own_clocks() if not clock.stopped}
        dues = [clock.due_at for clock in kept.values() if clock.runs() and not clock.paused]
        for clock in kept.values():
            if clock.organization_id != owner:
                clock.hand_on(owner)
        because: Reasons = []
        for kind in ClockKind:
            if kind in row.clocks.start and kind not in kept:
                span = self.spans(subject, kind, owner)
                self.plan.fresh.append(
                    FreshClock(subject.pk, owner, kind, span.warn_at, span.due_at, span.limit)
                )
                dues.append(span.due_at)
                because += span.reasons
        return min(dues, default=subject.due_at), because


def _stop(clocks: Iterable[ClockRow]) -> None:
    for clock in clocks:
        clock.stop()
