"""What does not move the work itself: merging, urging, supervising, appeals, warning, commenting."""

from incidents.rules.permissions import DISPATCH, HANDLE
from incidents.rules.states import OPEN_IN_ORDER
from incidents.rules.table.parts import ALL_CLOCKS, HAND_OVER, REPORTER, STAFF_COMMENT, SYSTEM, effects
from incidents.rules.vocabulary import Party, State, Verb
from incidents.rules.workflow_guards import (
    appeal_waits,
    no_appeal_waits,
    no_children,
    no_running_whistle,
    nothing_pending,
    under_supervision,
)
from incidents.rules.workflow_types import Right, Transition

_MERGEABLE = (
    State.REPORTED,
    State.ACCEPTED,
    State.REGISTERED,
    State.DISPATCHED,
    State.RETURNED,
    State.SIGNED,
    State.HANDLING,
)
# Somebody's work by now, so that it stands in somebody's figures.
_COUNTED = (
    State.SIGNED,
    State.HANDLING,
    State.WHISTLED,
    State.SUSPENDED,
    State.FEEDBACK,
    State.VERIFYING,
    State.RECTIFYING,
    State.CLOSED,
    State.CALLBACK,
    State.EVALUATED,
    State.ARCHIVED,
)
# The street of the place watches over departments as well, though it does not dispatch what they have.
_WATCHERS = (
    Right(Party.DISPATCHER, DISPATCH, ("reason",)),
    Right(Party.STREET_LEADER, DISPATCH, ("reason",)),
)

# fmt: off
ROWS: tuple[Transition, ...] = (
    Transition(verb=Verb.MERGE, sources=_MERGEABLE, target=State.MERGED,
               rights=(Right(Party.OWNER, HANDLE, ("main",)),
                       Right(Party.DISPATCHER, DISPATCH, ("main",)),
                       Right(Party.SYSTEM, "", ("main",))),
               guards=(no_running_whistle, nothing_pending, no_children), clocks=effects(ALL_CLOCKS)),
    Transition(verb=Verb.UNMERGE, sources=(State.MERGED,), target=State.DISPATCHED,
               rights=(Right(Party.OWNER, HANDLE, ("reason",)),
                       Right(Party.DISPATCHER, DISPATCH, ("reason",))),
               clocks=HAND_OVER),
    Transition(verb=Verb.URGE, sources=(*OPEN_IN_ORDER, State.MERGED), target=None,
               rights=(REPORTER, Right(Party.DISPATCHER, DISPATCH, ("note",)),
                       Right(Party.STREET_STAFF, DISPATCH, ("note",)))),
    Transition(verb=Verb.SUPERVISE, sources=OPEN_IN_ORDER, target=None, public=False,
               rights=(SYSTEM, *_WATCHERS)),
    Transition(verb=Verb.REPLY_SUPERVISION, sources=OPEN_IN_ORDER, target=None, public=False,
               rights=(Right(Party.OWNER, HANDLE, ("note",)),), guards=(under_supervision,)),
    Transition(verb=Verb.LIFT_SUPERVISION, sources=OPEN_IN_ORDER, target=None, public=False,
               rights=_WATCHERS, guards=(under_supervision,)),
    Transition(verb=Verb.APPEAL, sources=_COUNTED, target=None, public=False,
               rights=(Right(Party.OWNER, HANDLE, ("about", "reason")),), guards=(no_appeal_waits,)),
    Transition(verb=Verb.GRANT_APPEAL, sources=tuple(State), target=None, public=False,
               rights=(Right(Party.ARBITRATOR, DISPATCH, ("reason",)),), guards=(appeal_waits,)),
    Transition(verb=Verb.REFUSE_APPEAL, sources=tuple(State), target=None, public=False,
               rights=(Right(Party.ARBITRATOR, DISPATCH, ("reason",)),), guards=(appeal_waits,)),
    Transition(verb=Verb.WARN, sources=OPEN_IN_ORDER, target=None, public=False, rights=(SYSTEM,)),
    Transition(verb=Verb.COMMENT, sources=tuple(State), target=None, public=False,
               rights=(Right(Party.REPORTER, "", ("text",)), *STAFF_COMMENT)),
)
# fmt: on
