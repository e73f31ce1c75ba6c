"""From the report to the unit that has to act."""

from incidents.rules.permissions import DISPATCH, FILE, HANDLE
from incidents.rules.table.parts import ALL_CLOCKS, FIRST_CLOCKS, SYSTEM, effects
from incidents.rules.vocabulary import ClockKind, Party, State, Verb
from incidents.rules.workflow_guards import (
    evidence_given,
    names_a_unit_again,
    no_arbitration_due,
    no_children,
    only_community_or_above,
)
from incidents.rules.workflow_types import Right, Transition

# fmt: off
ROWS: tuple[Transition, ...] = (
    Transition(verb=Verb.FILE, sources=(), target=State.REPORTED,
               rights=(Right(Party.REPORTER, "", ("category", "place")),
                       Right(Party.OWNER, FILE, ("category", "place")),
                       Right(Party.DISPATCHER, FILE, ("category", "place", "channel")),
                       Right(Party.SYSTEM, "", ("category", "place"))),
               clocks=effects(frozenset(), ClockKind.SIGN)),
    Transition(verb=Verb.SELF_HANDLE, sources=(State.REPORTED,), target=State.FEEDBACK,
               rights=(Right(Party.OWNER, HANDLE, ("note",)),), guards=(evidence_given,),
               clocks=effects(ALL_CLOCKS)),
    Transition(verb=Verb.ACCEPT, sources=(State.REPORTED,), target=State.ACCEPTED,
               rights=(Right(Party.DISPATCHER, DISPATCH),)),
    Transition(verb=Verb.REGISTER, sources=(State.ACCEPTED,), target=State.REGISTERED, public=False,
               rights=(Right(Party.DISPATCHER, DISPATCH),)),
    Transition(verb=Verb.DISPATCH,
               sources=(State.REPORTED, State.ACCEPTED, State.REGISTERED, State.RETURNED),
               target=State.DISPATCHED,
               rights=(SYSTEM, Right(Party.DISPATCHER, DISPATCH)),
               guards=(no_arbitration_due, names_a_unit_again),
               clocks=effects(frozenset({ClockKind.SIGN}), *FIRST_CLOCKS)),
    Transition(verb=Verb.REJECT,
               sources=(State.REPORTED, State.ACCEPTED, State.DISPATCHED, State.SIGNED),
               target=State.NOT_ACCEPTED,
               rights=(Right(Party.OWNER, HANDLE, ("reason",)),
                       Right(Party.DISPATCHER, DISPATCH, ("reason",))),
               guards=(only_community_or_above, no_children), clocks=effects(ALL_CLOCKS)),
)
# fmt: on
