"""Which states are which: still owed work, over, or given back for good."""

from incidents.rules.vocabulary import State

CLOSED_STATES: frozenset[State] = frozenset(
    {State.CLOSED, State.EVALUATED, State.ARCHIVED, State.MERGED, State.NOT_ACCEPTED}
)
OPEN_STATES: frozenset[State] = frozenset(State) - CLOSED_STATES
# A merged incident is not closed: its work goes on under another number.
DATED_STATES: frozenset[State] = CLOSED_STATES - {State.MERGED}
OPEN_IN_ORDER: tuple[State, ...] = tuple(state for state in State if state in OPEN_STATES)
# Somebody owes the work itself, and it may be taken from them.
WORKED: tuple[State, ...] = (State.DISPATCHED, State.SIGNED, State.HANDLING)
IN_HAND: tuple[State, ...] = (State.SIGNED, State.HANDLING, State.RECTIFYING)
MOVABLE: tuple[State, ...] = (*WORKED, State.RECTIFYING)
# What others may be merged into: somebody still works on it, or will again. Source: R-141.
TAKES_CHILDREN: frozenset[State] = OPEN_STATES - {State.FEEDBACK, State.CALLBACK}
# When the work of a main incident is over, so that the reporters merged into it are asked. Source: R-143.
WORK_OVER: frozenset[State] = DATED_STATES | {State.CALLBACK}
UNDER_WHISTLE: tuple[State, ...] = (State.WHISTLED, State.RECTIFYING)
