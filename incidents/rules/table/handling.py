"""The work itself: signing, contact, arrival, progress, handing on, and reporting it done."""

from incidents.rules.permissions import DISPATCH, HANDLE
from incidents.rules.states import IN_HAND, MOVABLE
from incidents.rules.table.parts import ALL_CLOCKS, HAND_OVER, SYSTEM, effects, stop
from incidents.rules.vocabulary import ClockKind, Party, State, Verb
from incidents.rules.workflow_guards import (
    a_level_above,
    can_be_rung,
    evidence_given,
    no_running_whistle,
    nothing_pending,
)
from incidents.rules.workflow_types import Right, Transition

_CONTACTED = (State.DISPATCHED, State.SIGNED, State.HANDLING, State.WHISTLED, State.RECTIFYING)

# fmt: off
ROWS: tuple[Transition, ...] = (
    Transition(verb=Verb.SIGN, sources=(State.DISPATCHED,), target=State.SIGNED,
               rights=(Right(Party.OWNER, HANDLE),), clocks=stop(ClockKind.SIGN)),
    Transition(verb=Verb.CONTACT, sources=_CONTACTED, target=None,
               rights=(Right(Party.OWNER, HANDLE, ("note",)),), guards=(can_be_rung,),
               clocks=stop(ClockKind.CONTACT)),
    Transition(verb=Verb.ARRIVE, sources=IN_HAND, target=None,
               rights=(Right(Party.OWNER, HANDLE),), clocks=stop(ClockKind.ARRIVE)),
    Transition(verb=Verb.PROGRESS, sources=IN_HAND, target=None,
               rights=(Right(Party.OWNER, HANDLE, ("note",)),), clocks=stop(ClockKind.REPORT)),
    Transition(verb=Verb.START, sources=(State.SIGNED,), target=State.HANDLING,
               rights=(Right(Party.OWNER, HANDLE),)),
    Transition(verb=Verb.FINISH, sources=IN_HAND, target=State.FEEDBACK,
               rights=(Right(Party.OWNER, HANDLE, ("note",)),),
               guards=(no_running_whistle, evidence_given), clocks=effects(ALL_CLOCKS)),
    Transition(verb=Verb.ESCALATE, sources=MOVABLE, target=State.DISPATCHED,
               rights=(Right(Party.OWNER, HANDLE, ("cause", "difficulty")), SYSTEM),
               guards=(no_running_whistle, a_level_above), clocks=HAND_OVER),
    Transition(verb=Verb.REASSIGN, sources=MOVABLE, target=State.DISPATCHED,
               rights=(Right(Party.DISPATCHER, DISPATCH, ("target_unit", "reason")),),
               guards=(no_running_whistle, nothing_pending), clocks=HAND_OVER),
)
# fmt: on
