"""What the rows of the workflow table are made of; the rows themselves are in workflow.py."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from incidents.rules.reasons import Reason
from incidents.rules.vocabulary import ClockKind, Level, Party, Pending, Refused, State, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a move is judged by; the caller gathers it inside the transaction, after the lock.

    In REPORTED nobody owns the incident yet: the worker of its grid counts as OWNER there.
    `given` names the fields that carry a value; `can_rise` says that a level above exists. `own_work`: this
    very person reported the work as done. `pending` is what is being applied for, `approvals_left` how many
    must still agree after this one.
    `given_back`: it waits to be handed on after a unit gave it back. `refusal` is how far a
    department's refusal of the whistle has gone.
    `work_goes_on`: it was merged, and the main incident is not done yet.
    """

    parties: frozenset[Party]
    permissions: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
    owner_level: Level | None = None
    can_rise: bool = True
    whistled: bool = False
    lead_reported_done: bool = False
    verdict_ran_out: bool = False
    reopen_in_time: bool = False
    can_be_asked: bool = True
    can_be_rung: bool = True
    evidence_needed: bool = False
    own_work: bool = False
    archive_due: bool = False
    return_in_time: bool = True
    given_back: bool = False
    arbitration_due: bool = False
    arbitrated: bool = False
    pending: Pending | None = None
    approvals_left: int = 0
    before_limit: bool = True
    extensions_left: int = 1
    may_whistle: bool = True
    can_upgrade: bool = True
    refusal: Refused = Refused.NOT
    has_children: bool = False
    work_goes_on: bool = False
    supervised: bool = False
    appeal_waits: bool = False


Guard = Callable[[Facts], Reason | None]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a move is not allowed; the code is stable and the params fill its sentence."""

    code: str
    params: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Right:
    """One party's right to a verb, the permission its staff need, and what they must give.

    The reporter and the system hold no permissions: for them `permission` is empty.
    """

    party: Party
    permission: str = ""
    required: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockEffects:
    """Which clocks a move stops and which it starts; whether it pauses or resumes those that run."""

    stop: frozenset[ClockKind] = frozenset()
    start: frozenset[ClockKind] = frozenset()
    pause: bool = False
    resume: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One row of the table. No sources: the incident is born; no target: the state stays.

    `clocks` are those of the incident; `response_clocks` those of a whistled department (all of them for the
    street's own verbs). `public` rows are shown to the reporter.
    """

    verb: Verb
    sources: tuple[State, ...]
    target: State | None
    rights: tuple[Right, ...]
    guards: tuple[Guard, ...] = ()
    clocks: ClockEffects = ClockEffects()
    response_clocks: ClockEffects = ClockEffects()
    public: bool = True

    def target_from(self, state: State | None) -> State:
        """Return the state after the move; ValueError when a row without target has no state to keep."""
        after = self.target or state
        if after is None:
            raise ValueError(f"{self.verb} needs a state to keep")
        return after
