"""The life cycle of an incident as one table; nothing else says what may follow what.

The table is the truth for services, buttons, API and the database guard. Services apply the clock effects;
this module only names them. Starting a clock never resets one of the same kind that is still running.
"""

from incidents.rules.reasons import Reason, reason
from incidents.rules.vocabulary import ClockKind, Party, State, Verb
from incidents.rules.workflow_guards import (
    a_level_above,
    lead_is_done,
    no_running_whistle,
    only_at_street,
    only_community_or_above,
    reopen_in_time,
    running_whistle,
    verify_ran_out,
)
from incidents.rules.workflow_types import ClockEffects, Facts, Refusal, Right, Transition

__all__ = [
    "CLOSED_STATES",
    "OPEN_STATES",
    "PERMISSIONS",
    "TRANSITIONS",
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

# Permissions, by who usually holds them.
FILE = "incidents.file_incident"
HANDLE = "incidents.handle_incident"
DISPATCH = "incidents.dispatch_incident"
BLOW = "incidents.blow_whistle"
ANSWER = "incidents.answer_whistle"
VERIFY = "incidents.verify_incident"
COMMENT = "incidents.comment_incident"
PERMISSIONS: tuple[str, ...] = (FILE, HANDLE, DISPATCH, BLOW, ANSWER, VERIFY, COMMENT)

CLOSED_STATES: frozenset[State] = frozenset({State.CLOSED, State.NOT_ACCEPTED})
OPEN_STATES: frozenset[State] = frozenset(State) - CLOSED_STATES

_OPEN_IN_ORDER = tuple(state for state in State if state in OPEN_STATES)
_ALL_CLOCKS = frozenset(ClockKind)
_WORKED = (State.DISPATCHED, State.SIGNED, State.HANDLING)
_MOVABLE = (*_WORKED, State.RECTIFYING)
_WHISTLE_STATES = (State.WHISTLED, State.RECTIFYING)
_WHISTLE_FIELDS = ("kind", "grounds", "lead_department", "response_limit", "standard")

_REPORTER = Right(Party.REPORTER)
_SYSTEM = Right(Party.SYSTEM)
_STAFF_COMMENT = tuple(
    Right(party, COMMENT, ("text",)) for party in Party if party not in (Party.REPORTER, Party.SYSTEM)
)


def _stop(*kinds: ClockKind) -> ClockEffects:
    return ClockEffects(stop=frozenset(kinds))


def _effects(stop: frozenset[ClockKind], *start: ClockKind) -> ClockEffects:
    return ClockEffects(stop=stop, start=frozenset(start))


_SIGN, _ARRIVE, _REPORT = ClockKind.SIGN, ClockKind.ARRIVE, ClockKind.REPORT
_RESOLVE, _VERIFY, _RECTIFY = ClockKind.RESOLVE, ClockKind.VERIFY, ClockKind.RECTIFY
_HAND_OVER = _effects(frozenset({_SIGN, _RECTIFY}), _SIGN, _RESOLVE)

# fmt: off
TRANSITIONS: tuple[Transition, ...] = (
    Transition(verb=Verb.FILE, sources=(), target=State.REPORTED,
               rights=(Right(Party.REPORTER, "", ("category", "place")),
                       Right(Party.OWNER, FILE, ("category", "place")),
                       Right(Party.DISPATCHER, FILE, ("category", "place", "channel")),
                       Right(Party.SYSTEM, "", ("category", "place")))),
    Transition(verb=Verb.SELF_HANDLE, sources=(State.REPORTED,), target=State.CLOSED,
               rights=(Right(Party.OWNER, HANDLE, ("note",)),), clocks=_effects(_ALL_CLOCKS)),
    Transition(verb=Verb.DISPATCH, sources=(State.REPORTED,), target=State.DISPATCHED,
               rights=(_SYSTEM, Right(Party.DISPATCHER, DISPATCH)),
               clocks=_effects(frozenset(), _SIGN, _RESOLVE)),
    Transition(verb=Verb.SIGN, sources=(State.DISPATCHED,), target=State.SIGNED,
               rights=(Right(Party.OWNER, HANDLE),), clocks=_stop(_SIGN)),
    Transition(verb=Verb.START, sources=(State.SIGNED,), target=State.HANDLING,
               rights=(Right(Party.OWNER, HANDLE),)),
    Transition(verb=Verb.FINISH, sources=(State.SIGNED, State.HANDLING, State.RECTIFYING),
               target=State.VERIFYING, rights=(Right(Party.OWNER, HANDLE, ("note",)),),
               guards=(no_running_whistle,), clocks=_effects(_ALL_CLOCKS, _VERIFY)),
    Transition(verb=Verb.ESCALATE, sources=_MOVABLE, target=State.DISPATCHED,
               rights=(Right(Party.OWNER, HANDLE, ("cause", "difficulty")), _SYSTEM),
               guards=(no_running_whistle, a_level_above), clocks=_HAND_OVER),
    Transition(verb=Verb.REASSIGN, sources=_MOVABLE, target=State.DISPATCHED,
               rights=(Right(Party.DISPATCHER, DISPATCH, ("target_unit", "reason")),),
               guards=(no_running_whistle,), clocks=_HAND_OVER),
    Transition(verb=Verb.REJECT, sources=(State.DISPATCHED, State.SIGNED), target=State.NOT_ACCEPTED,
               rights=(Right(Party.OWNER, HANDLE, ("reason",)),),
               guards=(only_community_or_above,), clocks=_effects(_ALL_CLOCKS)),
    Transition(verb=Verb.WHISTLE, sources=_MOVABLE, target=State.WHISTLED,
               rights=(Right(Party.STREET_LEADER, BLOW, _WHISTLE_FIELDS),),
               guards=(only_at_street, no_running_whistle),
               clocks=_effects(frozenset({_SIGN, _RECTIFY}), _RESOLVE),
               response_clocks=_effects(frozenset(), _SIGN, _ARRIVE, _REPORT)),
    Transition(verb=Verb.WHISTLE_SIGN, sources=_WHISTLE_STATES, target=None, public=False,
               rights=(Right(Party.WHISTLED_DEPARTMENT, ANSWER),),
               guards=(running_whistle,), response_clocks=_stop(_SIGN)),
    Transition(verb=Verb.WHISTLE_REPORT_IN, sources=_WHISTLE_STATES, target=None,
               rights=(Right(Party.WHISTLED_DEPARTMENT, ANSWER),),
               guards=(running_whistle,), response_clocks=_stop(_SIGN, _ARRIVE)),
    Transition(verb=Verb.WHISTLE_REPORT_DONE, sources=_WHISTLE_STATES, target=None, public=False,
               rights=(Right(Party.WHISTLED_DEPARTMENT, ANSWER, ("note",)),),
               guards=(running_whistle,), response_clocks=_stop(_SIGN, _ARRIVE, _REPORT)),
    Transition(verb=Verb.ASK_RESIDENT, sources=_WHISTLE_STATES, target=State.VERIFYING,
               rights=(Right(Party.STREET_STAFF, VERIFY),), guards=(running_whistle, lead_is_done),
               clocks=_effects(_ALL_CLOCKS, _VERIFY), response_clocks=_effects(_ALL_CLOCKS)),
    Transition(verb=Verb.JUDGE_SATISFIED, sources=(State.VERIFYING,), target=State.CLOSED,
               rights=(_REPORTER, Right(Party.DISPATCHER, VERIFY, ("channel",))),
               clocks=_effects(_ALL_CLOCKS)),
    Transition(verb=Verb.JUDGE_BASICALLY, sources=(State.VERIFYING,), target=State.CLOSED,
               rights=(_REPORTER, Right(Party.DISPATCHER, VERIFY, ("channel",))),
               clocks=_effects(_ALL_CLOCKS)),
    Transition(verb=Verb.JUDGE_DISSATISFIED, sources=(State.VERIFYING,), target=State.RECTIFYING,
               rights=(Right(Party.REPORTER, "", ("reason",)),
                       Right(Party.DISPATCHER, VERIFY, ("reason", "channel"))),
               clocks=_effects(frozenset({_VERIFY}), _RECTIFY)),
    Transition(verb=Verb.CLOSE_UNANSWERED, sources=(State.VERIFYING,), target=State.CLOSED,
               rights=(_SYSTEM,), guards=(verify_ran_out,), clocks=_effects(_ALL_CLOCKS)),
    Transition(verb=Verb.REOPEN, sources=(State.CLOSED,), target=State.RECTIFYING,
               rights=(Right(Party.REPORTER, "", ("reason",)),
                       Right(Party.DISPATCHER, VERIFY, ("reason", "channel"))),
               guards=(reopen_in_time,), clocks=_effects(frozenset(), _RECTIFY)),
    Transition(verb=Verb.SUPERVISE, sources=_OPEN_IN_ORDER, target=None, public=False,
               rights=(_SYSTEM, Right(Party.DISPATCHER, DISPATCH, ("reason",)))),
    Transition(verb=Verb.WARN, sources=_OPEN_IN_ORDER, target=None, public=False, rights=(_SYSTEM,)),
    Transition(verb=Verb.COMMENT, sources=tuple(State), target=None, public=False,
               rights=(Right(Party.REPORTER, "", ("text",)), *_STAFF_COMMENT)),
)
# fmt: on

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
