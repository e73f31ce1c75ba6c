"""The life cycle of an incident as one table; nothing else says what may follow what.

The table is the truth for services, buttons, API and the database guard. Services apply the clock effects;
this module only names them. Starting a clock never resets one of the same kind that is still running.
"""

from incidents.rules.permissions import (
    ANSWER,
    APPROVE,
    BLOW,
    CHECK,
    COMMENT,
    DISPATCH,
    FILE,
    HANDLE,
    MEET,
    PERMISSIONS,
    VERIFY,
)
from incidents.rules.reasons import Reason, reason
from incidents.rules.states import CLOSED_STATES, DATED_STATES, OPEN_STATES
from incidents.rules.table import closing, handling, intake, returns, watching, whistles
from incidents.rules.vocabulary import State, Verb
from incidents.rules.workflow_types import ClockEffects, Facts, Refusal, Right, Transition

__all__ = [
    "ANSWER",
    "APPROVE",
    "BLOW",
    "CHECK",
    "CLOSED_STATES",
    "COMMENT",
    "DATED_STATES",
    "DISPATCH",
    "FILE",
    "HANDLE",
    "MEET",
    "OPEN_STATES",
    "PERMISSIONS",
    "TRANSITIONS",
    "VERIFY",
    "ClockEffects",
    "Facts",
    "Refusal",
    "Right",
    "Transition",
    "allowed_state_pairs",
    "allowed_verbs",
    "birth_states",
    "check_move",
    "transition",
]

TRANSITIONS: tuple[Transition, ...] = (
    *intake.ROWS,
    *handling.ROWS,
    *returns.ROWS,
    *whistles.ROWS,
    *closing.ROWS,
    *watching.ROWS,
)

_BY_VERB: dict[Verb, Transition] = {row.verb: row for row in TRANSITIONS}


def transition(verb: Verb) -> Transition:
    """Return the row of a verb. Source: R-42."""
    return _BY_VERB[verb]


def allowed_verbs(state: State | None) -> tuple[Verb, ...]:
    """List the verbs that leave or keep a state, in table order; None asks for births. Source: R-42."""
    return tuple(row.verb for row in TRANSITIONS if _starts_from(row, state))


def check_move(state: State | None, verb: Verb, facts: Facts) -> Transition | Refusal:
    """Return the row when the move is allowed now, else why not: state, party, permission, guard, fields.

    Source: R-40, R-41, R-42.
    """
    row = _BY_VERB[verb]
    refused = _state_problem(row, state)
    if refused is None:
        rights = [right for right in row.rights if right.party in facts.parties]
        refused = _right_problem(row, rights, facts)
    return row if refused is None else Refusal(refused.code, refused.params)


def allowed_state_pairs() -> tuple[tuple[State, State], ...]:
    """List every (before, after) that changes the state, sorted; the database guard is made of it.

    Source: R-43.
    """
    pairs = {
        (source, row.target)
        for row in TRANSITIONS
        for source in row.sources
        if row.target is not None and row.target is not source
    }
    return tuple(sorted(pairs))


def birth_states() -> tuple[State, ...]:
    """List the states an incident may be born in. Source: R-43."""
    return tuple(row.target for row in TRANSITIONS if not row.sources and row.target is not None)


def _starts_from(row: Transition, state: State | None) -> bool:
    return not row.sources if state is None else state in row.sources


def _state_problem(row: Transition, state: State | None) -> Reason | None:
    if _starts_from(row, state):
        return None
    if state is None:
        return reason("not_filed")
    return reason("wrong_state", state=state.value) if row.sources else reason("already_filed")


def _right_problem(row: Transition, rights: list[Right], facts: Facts) -> Reason | None:
    if not rights:
        return reason("not_your_part", parties=",".join(right.party.value for right in row.rights))
    held = [right for right in rights if not right.permission or right.permission in facts.permissions]
    if not held:
        return reason("permission_missing")
    for guard in row.guards:
        problem = guard(facts)
        if problem is not None:
            return problem
    missing = [[name for name in right.required if name not in facts.given] for right in held]
    fewest = min(missing, key=len)
    return reason("fields_missing", fields=",".join(fewest)) if fewest else None
