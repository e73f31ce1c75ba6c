"""What one step of a clock does to an incident, asked of the ladders and of the workflow table.

The sweep acts by it and the forecast shows it, so that both always agree.
"""

from collections.abc import Iterable
from typing import NamedTuple

from incidents.rules.escalation import RAN_OUT, EscalationInput, Ladders
from incidents.rules.ladder_steps import step_effect
from incidents.rules.reasons import Reason
from incidents.rules.vocabulary import ClockKind, Colour, Level, Party, State, Trigger, Verb
from incidents.rules.workflow import Facts, Refusal, Transition, check_move
from incidents.services.sweep.plan import Reasons

_SYSTEM = frozenset({Party.SYSTEM})


class Case(NamedTuple):
    """All that the answer to one step of a clock depends on; equal cases are decided once."""

    state: State
    level: Level
    colour: Colour
    exists: frozenset[Level]
    whistled: bool
    kind: ClockKind
    step: int
    of_called: bool


class Answer(NamedTuple):
    """The row of the table to apply, None where it refuses, with where it leads, who is told, and why."""

    row: Transition | None
    to_level: Level
    told: tuple[Level, ...]
    reasons: Reasons
    silent: bool = False


def answer_to(case: Case, ladders: Ladders) -> Answer:
    """Return what one step of a clock does, by the ladders and the workflow table."""
    if case.kind is ClockKind.CALLBACK and case.step == RAN_OUT:
        facts = Facts(parties=_SYSTEM, owner_level=case.level, verdict_ran_out=True, whistled=case.whistled)
        row = _allowed(case.state, Verb.CLOSE_UNANSWERED, facts)
        if row is not None:
            return Answer(row, case.level, (case.level,), [])
    effect = step_effect(_facts(case), case.kind, case.step, ladders)
    row = _allowed(case.state, Verb.WARN, Facts(parties=_SYSTEM))
    if effect.rises or effect.supervised:
        facts = Facts(parties=_SYSTEM, owner_level=case.level, can_rise=effect.rises, whistled=case.whistled)
        row = _allowed(case.state, Verb.ESCALATE, facts) if effect.rises else None
        if row is None:
            # Where the table lets nobody take the work away now, a limit that passes is at least looked at.
            row = _allowed(case.state, Verb.SUPERVISE, facts)
    return Answer(row, effect.to_level, effect.told, _as_data(effect.reasons), effect.silent)


def _facts(case: Case) -> EscalationInput:
    return EscalationInput(
        level=case.level,
        colour=case.colour,
        trigger=Trigger.TIME,
        has_lead_department=Level.DEPARTMENT in case.exists,
        exists=case.exists,
        clock_kind=case.kind,
        state=case.state,
        whistled=case.whistled,
        of_called=case.of_called,
    )


def _allowed(state: State, verb: Verb, facts: Facts) -> Transition | None:
    answer = check_move(state, verb, facts)
    return None if isinstance(answer, Refusal) else answer


def _as_data(reasons: Iterable[Reason]) -> Reasons:
    found: Reasons = []
    for why in reasons:
        data = why.as_data()
        if data not in found:
            found.append(data)
    return found
