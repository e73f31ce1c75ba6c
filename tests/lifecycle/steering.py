"""Where a run is going: it has a verb in mind that it has not seen yet, and prefers steps that lead there.

What a run knows is its own alone, so that a failing run can be repeated.
"""

from collections import Counter, deque
from functools import cache
from random import Random

from incidents.rules.vocabulary import State, Verb
from incidents.rules.workflow import TRANSITIONS, transition
from incidents.selectors.actions import Action

FAR = 99
# They are always offered and lead nowhere, or end everything; chosen evenly, no run would get far.
_SELDOM = frozenset(
    {
        Verb.COMMENT,
        Verb.URGE,
        Verb.SUPERVISE,
        Verb.REPLY_SUPERVISION,
        Verb.LIFT_SUPERVISION,
        Verb.HOLD_SESSION,
        Verb.CONTACT,
        Verb.ARRIVE,
        Verb.PROGRESS,
        Verb.REJECT,
        Verb.REASSIGN,
        Verb.MERGE,
        Verb.FINISH_TASK,
        Verb.APPEAL,
    }
)
# What has to be done before, where the state alone does not say so.
_BEFORE: dict[Verb, frozenset[Verb]] = {
    Verb.WHISTLE: frozenset({Verb.ESCALATE}),
    Verb.WHISTLE_REFUSE: frozenset({Verb.WHISTLE}),
    Verb.WHISTLE_UPHOLD: frozenset({Verb.WHISTLE_REFUSE}),
    Verb.WHISTLE_RELEASE: frozenset({Verb.WHISTLE_REFUSE}),
    Verb.WHISTLE_ARBITRATE: frozenset({Verb.WHISTLE_REFUSE, Verb.WHISTLE_UPHOLD}),
    Verb.ASK_RESIDENT: frozenset({Verb.WHISTLE_REPORT_DONE}),
    Verb.RETURN: frozenset({Verb.ESCALATE, Verb.DISPATCH}),
    Verb.ARBITRATE: frozenset({Verb.RETURN, Verb.DISPATCH}),
    Verb.GRANT_EXTENSION: frozenset({Verb.REQUEST_EXTENSION, Verb.ENDORSE}),
    Verb.REFUSE_EXTENSION: frozenset({Verb.REQUEST_EXTENSION}),
    Verb.GRANT_SUSPENSION: frozenset({Verb.REQUEST_SUSPENSION, Verb.ENDORSE}),
    Verb.REFUSE_SUSPENSION: frozenset({Verb.REQUEST_SUSPENSION}),
    Verb.REVIEW_SUSPENSION: frozenset({Verb.REQUEST_SUSPENSION, Verb.ENDORSE}),
    Verb.RESUME: frozenset({Verb.REQUEST_SUSPENSION, Verb.ENDORSE}),
    Verb.ENDORSE: frozenset({Verb.REQUEST_EXTENSION, Verb.REQUEST_SUSPENSION}),
    Verb.WITHDRAW: frozenset({Verb.REQUEST_EXTENSION, Verb.REQUEST_SUSPENSION}),
    Verb.FINISH_TASK: frozenset({Verb.HOLD_SESSION}),
    Verb.REPLY_SUPERVISION: frozenset({Verb.SUPERVISE}),
    Verb.LIFT_SUPERVISION: frozenset({Verb.SUPERVISE}),
    Verb.GRANT_APPEAL: frozenset({Verb.APPEAL}),
    Verb.REFUSE_APPEAL: frozenset({Verb.APPEAL}),
    Verb.UNMERGE: frozenset({Verb.MERGE}),
}


@cache
def moves_to(state: State, verb: Verb) -> int:
    """Return how many changes of state the table needs before the verb can be tried; FAR: never."""
    sources = set(transition(verb).sources)
    waiting, known = deque([(state, 0)]), {state}
    while waiting:
        here, moves = waiting.popleft()
        if here in sources:
            return moves
        for row in TRANSITIONS:
            if row.target is not None and here in row.sources and row.target not in known:
                known.add(row.target)
                waiting.append((row.target, moves + 1))
    return FAR


class Course:
    """The verb a run has in mind, and how much it wants what is offered to it."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._done: Counter[str] = Counter()
        self.goal = Verb.COMMENT
        self._next()

    def took(self, verb: str) -> None:
        """Note what happened; a goal that is reached makes room for another one."""
        self._done[verb] += 1
        if verb == self.goal:
            self._next()

    def nearness(self, state: str) -> int:
        """Return how far a state is from the goal, nearest first."""
        return moves_to(State(state), self.goal)

    def wish(self, state: str, action: Action) -> float:
        """Return how much a step is wanted that is offered in a state; above 0."""
        verb, target = action.verb, transition(action.verb).target
        weight = 0.04 if verb in _SELDOM else 1.0
        if verb is self.goal:
            weight = 60.0
        elif verb in _BEFORE.get(self.goal, ()):
            weight = 12.0
        elif target is not None and target != state:
            gained = self.nearness(state) - self.nearness(target)
            weight *= 12.0 if gained > 0 else 1.0 if gained == 0 else 0.3
        return weight / (1 + self._done[verb])

    def _next(self) -> None:
        verbs = [verb for verb in Verb if verb is not Verb.FILE]
        self._rng.shuffle(verbs)
        self.goal = min(verbs, key=lambda verb: self._done[verb])
