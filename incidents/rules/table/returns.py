"""Giving work back, asking for more time, and setting it aside; each with who decides."""

from incidents.rules.permissions import APPROVE, DISPATCH, HANDLE
from incidents.rules.states import IN_HAND, MOVABLE
from incidents.rules.table.parts import HAND_OVER, effects
from incidents.rules.vocabulary import ClockKind, Party, State, Verb
from incidents.rules.workflow_guards import (
    a_level_above,
    arbitration_is_due,
    before_limit,
    extension_pending,
    extensions_left,
    last_approval,
    more_approvals,
    no_running_whistle,
    not_arbitrated,
    nothing_pending,
    only_community_or_above,
    return_in_time,
    something_pending,
    suspension_pending,
)
from incidents.rules.workflow_types import ClockEffects, Right, Transition

_APPROVER = Right(Party.APPROVER, APPROVE)
_REFUSAL = Right(Party.APPROVER, APPROVE, ("reason",))
# Raised by its clock meanwhile, an application is still decided: the new owner has it then.
_DECIDABLE = MOVABLE
_REVIEW = ("note", "review_on")

# fmt: off
ROWS: tuple[Transition, ...] = (
    Transition(verb=Verb.RETURN, sources=(State.DISPATCHED,), target=State.RETURNED, public=False,
               rights=(Right(Party.OWNER, HANDLE, ("reason", "basis", "suggested_unit")),),
               guards=(only_community_or_above, a_level_above, not_arbitrated, return_in_time),
               clocks=effects(frozenset({ClockKind.SIGN}), ClockKind.SIGN)),
    Transition(verb=Verb.ARBITRATE, sources=(State.RETURNED,), target=State.DISPATCHED, public=False,
               rights=(Right(Party.ARBITRATOR, DISPATCH, ("target_unit", "reason")),),
               guards=(arbitration_is_due,), clocks=HAND_OVER),
    Transition(verb=Verb.REQUEST_EXTENSION, sources=IN_HAND, target=None, public=False,
               rights=(Right(Party.OWNER, HANDLE, ("reason", "wanted_limit")),),
               guards=(no_running_whistle, nothing_pending, before_limit, extensions_left)),
    Transition(verb=Verb.GRANT_EXTENSION, sources=_DECIDABLE, target=None,
               rights=(_APPROVER,), guards=(extension_pending, last_approval)),
    Transition(verb=Verb.REFUSE_EXTENSION, sources=_DECIDABLE, target=None, public=False,
               rights=(_REFUSAL,), guards=(extension_pending,)),
    Transition(verb=Verb.REQUEST_SUSPENSION, sources=IN_HAND, target=None, public=False,
               rights=(Right(Party.OWNER, HANDLE, ("suspension_kind", "reason", "review_on")),),
               guards=(no_running_whistle, nothing_pending)),
    Transition(verb=Verb.GRANT_SUSPENSION, sources=IN_HAND, target=State.SUSPENDED,
               rights=(_APPROVER,), guards=(suspension_pending, last_approval),
               clocks=ClockEffects(start=frozenset({ClockKind.REVIEW}), pause=True)),
    Transition(verb=Verb.REFUSE_SUSPENSION, sources=_DECIDABLE, target=None, public=False,
               rights=(_REFUSAL,), guards=(suspension_pending,)),
    Transition(verb=Verb.ENDORSE, sources=_DECIDABLE, target=None, public=False,
               rights=(_APPROVER,), guards=(more_approvals,)),
    Transition(verb=Verb.WITHDRAW, sources=_DECIDABLE, target=None, public=False,
               rights=(Right(Party.APPLICANT, HANDLE),), guards=(something_pending,)),
    Transition(verb=Verb.REVIEW_SUSPENSION, sources=(State.SUSPENDED,), target=None, public=False,
               rights=(Right(Party.DISPATCHER, APPROVE, _REVIEW),
                       Right(Party.STREET_LEADER, APPROVE, _REVIEW)),
               clocks=effects(frozenset({ClockKind.REVIEW}), ClockKind.REVIEW)),
    Transition(verb=Verb.RESUME, sources=(State.SUSPENDED,), target=State.HANDLING,
               rights=(Right(Party.OWNER, HANDLE, ("note",)), Right(Party.DISPATCHER, APPROVE, ("note",))),
               clocks=ClockEffects(stop=frozenset({ClockKind.REVIEW}), resume=True)),
)
# fmt: on
