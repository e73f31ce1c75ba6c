"""What one step of a clock does to an incident: the same answer for the sweep and for the forecast."""

from dataclasses import dataclass
from datetime import datetime

from incidents.rules.calendar import SHANGHAI
from incidents.rules.escalation import (
    RAN_OUT,
    USUAL_STEPS,
    WARNED,
    EscalationInput,
    Ladders,
    StepRow,
    next_step,
    told_at,
    warning_reason,
)
from incidents.rules.reasons import Reason, reason
from incidents.rules.vocabulary import ClockKind, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEffect:
    """Whether the incident rises, is supervised or neither, where it is afterwards, and who is told.

    `silent` is a warning its ladder does not have: the step is taken without a word.
    """

    rises: bool
    supervised: bool
    to_level: Level
    told: tuple[Level, ...]
    reasons: tuple[Reason, ...]
    silent: bool = False


def step_effect(facts: EscalationInput, kind: ClockKind, step: int, ladders: Ladders) -> StepEffect:
    """Return what a step of a clock does; `facts` name the clock. Source: R-34, R-35, R-36, R-82."""
    row = ladders.step_of(facts.colour, kind, step)
    if row is None:
        row = next((each for each in USUAL_STEPS if each.step == step), StepRow(step=step, percent=100))
        if step == WARNED:
            return StepEffect(
                rises=False, supervised=False, to_level=facts.level, told=(), reasons=(), silent=True
            )
    if row.rises:
        up = next_step(facts, ladders)
        told = tuple(dict.fromkeys((*up.told, *told_at(facts, ladders, row))))
        return StepEffect(
            rises=not up.supervised,
            supervised=up.supervised,
            to_level=up.to_level,
            told=told,
            reasons=up.reasons,
        )
    told = told_at(facts, ladders, row)
    why = _why(facts, kind, row)
    return StepEffect(rises=False, supervised=False, to_level=facts.level, told=told, reasons=(why,))


def late_reason(due: datetime) -> Reason:
    """Return that a step is made up for, with when it was due, in local time. Source: R-83."""
    return reason("step_taken_late", due=f"{due.astimezone(SHANGHAI):%Y-%m-%d %H:%M}")


def _why(facts: EscalationInput, kind: ClockKind, row: StepRow) -> Reason:
    if row.step == WARNED:
        return warning_reason(kind, facts.clock_level, row.percent)
    if row.step == RAN_OUT:
        return reason("clock_ran_out", clock=kind.value, from_level=facts.clock_level.value)
    level = facts.clock_level.value
    return reason("clock_still_overdue", clock=kind.value, from_level=level, percent=row.percent)
