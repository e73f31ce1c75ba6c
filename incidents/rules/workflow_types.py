"""What the rows of the workflow table are made of; the rows themselves are in workflow.py."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from incidents.rules.reasons import Reason
from incidents.rules.vocabulary import ClockKind, Level, Party, State, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a move is judged by; the caller gathers it inside the transaction, after the lock.

    In REPORTED nobody owns the incident yet: the worker of its grid counts as OWNER there.
    `given` names the fields that carry a value; `can_rise` says that a level above exists.
    """

    parties: frozenset[Party]
    permissions: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
    owner_level: Level | None = None
    can_rise: bool = True
    whistled: bool = False
    lead_reported_done: bool = False
    verify_ran_out: bool = False
    reopen_in_time: bool = False


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
    """Which clocks a move stops and which it starts."""

    stop: frozenset[ClockKind] = frozenset()
    start: frozenset[ClockKind] = frozenset()


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
