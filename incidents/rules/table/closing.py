"""From done to filed away: the check, the closing, the call-back, the verdict."""

from incidents.rules.permissions import CHECK, VERIFY
from incidents.rules.states import UNDER_WHISTLE
from incidents.rules.table.parts import ALL_CLOCKS, REPORTER, SYSTEM, effects
from incidents.rules.vocabulary import ClockKind, Party, State, Verb
from incidents.rules.workflow_guards import (
    archive_due,
    can_be_asked,
    lead_is_done,
    main_one_is_done,
    no_running_whistle,
    not_own_work,
    reopen_in_time,
    running_whistle,
    verdict_ran_out,
)
from incidents.rules.workflow_types import Right, Transition

_GOOD = (REPORTER, Right(Party.DISPATCHER, VERIFY, ("channel",)))
_BAD = (Right(Party.REPORTER, "", ("reason",)), Right(Party.DISPATCHER, VERIFY, ("reason", "channel")))
_VERIFY, _CALLBACK, _RECTIFY = ClockKind.VERIFY, ClockKind.CALLBACK, ClockKind.RECTIFY

# fmt: off
ROWS: tuple[Transition, ...] = (
    Transition(verb=Verb.DRAW_CHECK, sources=(State.FEEDBACK,), target=State.VERIFYING, public=False,
               rights=(SYSTEM,), clocks=effects(frozenset(), _VERIFY)),
    Transition(verb=Verb.CLOSE, sources=(State.FEEDBACK, State.MERGED), target=State.CLOSED,
               rights=(SYSTEM,), guards=(main_one_is_done,), clocks=effects(ALL_CLOCKS)),
    Transition(verb=Verb.CONFIRM_CHECK, sources=(State.VERIFYING,), target=State.CLOSED,
               rights=(Right(Party.CHECKER, CHECK, ("note",)),), guards=(not_own_work,),
               clocks=effects(ALL_CLOCKS)),
    Transition(verb=Verb.FAIL_CHECK, sources=(State.VERIFYING,), target=State.RECTIFYING,
               rights=(Right(Party.CHECKER, CHECK, ("reason",)),), guards=(not_own_work,),
               clocks=effects(frozenset({_VERIFY}), _RECTIFY)),
    Transition(verb=Verb.CALL_BACK, sources=(State.CLOSED, State.MERGED), target=State.CALLBACK,
               rights=(SYSTEM, Right(Party.DISPATCHER, VERIFY)), guards=(can_be_asked, main_one_is_done),
               clocks=effects(frozenset(), _CALLBACK)),
    Transition(verb=Verb.ASK_RESIDENT, sources=UNDER_WHISTLE, target=State.CALLBACK,
               rights=(Right(Party.STREET_STAFF, VERIFY),), guards=(running_whistle, lead_is_done),
               clocks=effects(ALL_CLOCKS, _CALLBACK), response_clocks=effects(ALL_CLOCKS)),
    Transition(verb=Verb.JUDGE_SATISFIED, sources=(State.CALLBACK,), target=State.EVALUATED,
               rights=_GOOD, clocks=effects(ALL_CLOCKS)),
    Transition(verb=Verb.JUDGE_BASICALLY, sources=(State.CALLBACK,), target=State.EVALUATED,
               rights=_GOOD, clocks=effects(ALL_CLOCKS)),
    Transition(verb=Verb.JUDGE_DISSATISFIED, sources=(State.CALLBACK,), target=State.RECTIFYING,
               rights=_BAD, clocks=effects(frozenset({_CALLBACK}), _RECTIFY)),
    Transition(verb=Verb.CLOSE_UNANSWERED, sources=(State.CALLBACK,), target=State.CLOSED,
               rights=(SYSTEM,), guards=(no_running_whistle, verdict_ran_out), clocks=effects(ALL_CLOCKS)),
    Transition(verb=Verb.REOPEN, sources=(State.CLOSED, State.EVALUATED), target=State.RECTIFYING,
               rights=_BAD, guards=(reopen_in_time,), clocks=effects(frozenset(), _RECTIFY)),
    Transition(verb=Verb.ARCHIVE, sources=(State.CLOSED, State.EVALUATED, State.NOT_ACCEPTED),
               target=State.ARCHIVED, public=False, rights=(SYSTEM,), guards=(archive_due,)),
)
# fmt: on
