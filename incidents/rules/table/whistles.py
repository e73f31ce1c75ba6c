"""The street whistles, the departments report in; units meet and divide the work."""

from incidents.rules.permissions import ANSWER, BLOW, DISPATCH, HANDLE, MEET
from incidents.rules.states import MOVABLE, OPEN_IN_ORDER, UNDER_WHISTLE
from incidents.rules.table.parts import ALL_CLOCKS, effects, stop
from incidents.rules.vocabulary import ClockKind, Party, State, Verb
from incidents.rules.workflow_guards import (
    can_upgrade,
    no_running_whistle,
    nothing_pending,
    on_the_whistle_list,
    only_at_street,
    refusal_contested,
    refusal_stated,
    running_whistle,
    unrefused,
)
from incidents.rules.workflow_types import Right, Transition

_SIGN, _ARRIVE, _REPORT = ClockKind.SIGN, ClockKind.ARRIVE, ClockKind.REPORT
_FIELDS = ("kind", "grounds", "lead_department", "response_limit", "standard")
_OWN_CLOCKS = frozenset({_SIGN, _ARRIVE, _REPORT, ClockKind.RECTIFY})
# A released department's clocks stop; the one that leads in its place gets its own.
_RELEASE = effects(frozenset({_SIGN, _ARRIVE, _REPORT}), _SIGN, _ARRIVE, _REPORT)
_MEETING = tuple(
    Right(party, MEET, ("mode", "note"))
    for party in (Party.OWNER, Party.DISPATCHER, Party.STREET_STAFF, Party.WHISTLED_DEPARTMENT)
)
_MEETABLE = (
    State.DISPATCHED,
    State.SIGNED,
    State.HANDLING,
    State.WHISTLED,
    State.SUSPENDED,
    State.RECTIFYING,
)

# fmt: off
ROWS: tuple[Transition, ...] = (
    Transition(verb=Verb.WHISTLE, sources=MOVABLE, target=State.WHISTLED,
               rights=(Right(Party.STREET_LEADER, BLOW, _FIELDS),),
               guards=(only_at_street, no_running_whistle, nothing_pending, on_the_whistle_list),
               clocks=effects(_OWN_CLOCKS, ClockKind.RESOLVE),
               response_clocks=effects(frozenset(), _SIGN, _ARRIVE, _REPORT)),
    Transition(verb=Verb.WHISTLE_SIGN, sources=UNDER_WHISTLE, target=None, public=False,
               rights=(Right(Party.WHISTLED_DEPARTMENT, ANSWER),),
               guards=(running_whistle,), response_clocks=stop(_SIGN)),
    Transition(verb=Verb.WHISTLE_REPORT_IN, sources=UNDER_WHISTLE, target=None,
               rights=(Right(Party.WHISTLED_DEPARTMENT, ANSWER),),
               guards=(running_whistle,), response_clocks=stop(_SIGN, _ARRIVE)),
    Transition(verb=Verb.WHISTLE_REPORT_DONE, sources=UNDER_WHISTLE, target=None, public=False,
               rights=(Right(Party.WHISTLED_DEPARTMENT, ANSWER, ("note",)),),
               guards=(running_whistle,), response_clocks=stop(_SIGN, _ARRIVE, _REPORT)),
    Transition(verb=Verb.WHISTLE_CHANGE, sources=UNDER_WHISTLE, target=None, public=False,
               rights=(Right(Party.STREET_LEADER, BLOW, ("reason",)),), guards=(running_whistle,),
               response_clocks=effects(frozenset(), _SIGN, _ARRIVE, _REPORT)),
    Transition(verb=Verb.WHISTLE_UPGRADE, sources=UNDER_WHISTLE, target=None,
               rights=(Right(Party.STREET_LEADER, BLOW, ("kind", "response_limit", "reason")),),
               guards=(running_whistle, can_upgrade),
               response_clocks=effects(ALL_CLOCKS, _SIGN, _ARRIVE, _REPORT)),
    Transition(verb=Verb.WHISTLE_REFUSE, sources=UNDER_WHISTLE, target=None, public=False,
               rights=(Right(Party.WHISTLED_DEPARTMENT, ANSWER, ("reason", "basis")),),
               guards=(running_whistle, unrefused)),
    Transition(verb=Verb.WHISTLE_RELEASE, sources=UNDER_WHISTLE, target=None, public=False,
               rights=(Right(Party.STREET_LEADER, BLOW, ("department", "reason")),),
               guards=(running_whistle, refusal_stated), response_clocks=_RELEASE),
    Transition(verb=Verb.WHISTLE_UPHOLD, sources=UNDER_WHISTLE, target=None, public=False,
               rights=(Right(Party.STREET_LEADER, BLOW, ("department", "reason")),),
               guards=(running_whistle, refusal_stated)),
    Transition(verb=Verb.WHISTLE_ARBITRATE, sources=UNDER_WHISTLE, target=None, public=False,
               rights=(Right(Party.ARBITRATOR, DISPATCH, ("department", "decision", "reason")),),
               guards=(running_whistle, refusal_contested), response_clocks=_RELEASE),
    Transition(verb=Verb.HOLD_SESSION, sources=_MEETABLE, target=None, public=False, rights=_MEETING),
    Transition(verb=Verb.FINISH_TASK, sources=OPEN_IN_ORDER, target=None, public=False,
               rights=(Right(Party.TASK_UNIT, HANDLE, ("task", "note")),)),
)
# fmt: on
