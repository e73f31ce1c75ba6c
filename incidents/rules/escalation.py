"""Where an incident goes when it cannot be settled where it is, and when it becomes supervised."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from incidents.rules.reasons import Reason, reason
from incidents.rules.vocabulary import ClockKind, Colour, Level, State, Trigger

# The steps of a clock; every later number is a reminder that it is still overdue.
WARNED, RAN_OUT = 1, 2
LAST_STEP = 6
MOST_PERCENT = 1000
_ANSWER_CLOCKS = frozenset({ClockKind.ARRIVE, ClockKind.REPORT})
# Missing one of these moves no work: the work is done, set aside, or goes on meanwhile.
_WATCHED_CLOCKS = frozenset({ClockKind.CONTACT, ClockKind.VERIFY, ClockKind.CALLBACK, ClockKind.REVIEW})


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs an incident climbs, lowest first, and the levels that are told at every step.

    Raises ValueError for no rungs or a rung named twice. Source: R-35.
    """

    rungs: tuple[Level, ...] = tuple(Level)
    told: tuple[Level, ...] = ()

    def __post_init__(self) -> None:
        if not self.rungs or len(set(self.rungs)) != len(self.rungs):
            raise ValueError("a ladder needs rungs, each once")


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """What happens at one share of a limit: whether it rises, and who besides the owner is told."""

    step: int
    percent: int
    rises: bool = False
    tell_next: bool = False
    told: tuple[Level, ...] = ()


StepRows = tuple[StepRow, ...]
# Where no row says otherwise: a warning, and one rise when the limit has run out.
USUAL_STEPS: StepRows = (
    StepRow(step=WARNED, percent=80),
    StepRow(step=RAN_OUT, percent=100, rises=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationInput:
    """An incident whose clock ran out, or whose owner raises it; `exists` are the levels it has a unit at.

    `of_called`: the clock is that of a department called by a whistle.

    The department level exists only with a lead department that is not one of the local bodies.
    """

    level: Level
    colour: Colour
    trigger: Trigger
    has_lead_department: bool
    exists: frozenset[Level]
    clock_kind: ClockKind | None = None
    state: State = State.DISPATCHED
    whistled: bool = False
    of_called: bool = False

    @property
    def clock_level(self) -> Level:
        """Return whose limit it is: that of a called department, else the owner's. Source: R-168."""
        return Level.DEPARTMENT if self.of_called else self.level


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Where the incident is after the step, who is told, and whether it is supervised instead of moved."""

    to_level: Level
    reasons: tuple[Reason, ...]
    supervised: bool
    told: tuple[Level, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladders:
    """The usual ladder, others for single colours, and the steps by colour and clock, None for every one."""

    usual: Ladder = Ladder()
    by_colour: Mapping[Colour, Ladder] = field(default_factory=dict)
    steps: Mapping[tuple[Colour | None, ClockKind | None], StepRows] = field(default_factory=dict)

    def of(self, colour: Colour) -> Ladder:
        """Return the ladder of a colour."""
        return self.by_colour.get(colour, self.usual)

    def steps_of(self, colour: Colour, kind: ClockKind) -> StepRows:
        """Return a clock's steps: those of colour and clock, else of the colour, else of the clock.

        Source: R-82.
        """
        for key in ((colour, kind), (colour, None), (None, kind), (None, None)):
            found = self.steps.get(key)
            if found:
                return found
        return USUAL_STEPS

    def step_of(self, colour: Colour, kind: ClockKind, step: int) -> StepRow | None:
        """Return one step of a clock, None where its ladder lacks it."""
        return next((row for row in self.steps_of(colour, kind) if row.step == step), None)

    def warning_share(self, colour: Colour, kind: ClockKind) -> float:
        """Return the share of a limit at which its clock warns; the whole of it where none is wanted."""
        row = self.step_of(colour, kind, WARNED)
        return 1.0 if row is None else row.percent / 100


def next_step(facts: EscalationInput, ladders: Ladders) -> Step:
    """Return the next rung that exists for the incident; at the top, or under a whistle, it is supervised.

    Moves at most one existing level. Source: R-35, R-36.
    """
    ladder = ladders.of(facts.colour)
    because = _because(facts)
    above = _existing_above(facts, ladder)
    under_whistle = facts.whistled or facts.state is State.WHISTLED
    if under_whistle or facts.clock_kind in _WATCHED_CLOCKS:
        why = _why_it_stays(facts.clock_kind)
        told = _told(facts.level, above[:1], ladder, facts.exists)
        return Step(to_level=facts.level, reasons=(because, why), supervised=True, told=told)
    if not above:
        why = reason("top_reached", from_level=facts.level.value)
        told = _told(facts.level, (), ladder, facts.exists)
        return Step(to_level=facts.level, reasons=(because, why), supervised=True, told=told)
    target = above[0]
    reasons = [because, reason("raised_one_level", from_level=facts.level.value, to_level=target.value)]
    skipped = _between(facts.level, target, ladder)
    if skipped:
        reasons.append(reason("levels_skipped", levels=",".join(level.value for level in skipped)))
    told = _told(facts.level, above[:1], ladder, facts.exists)
    return Step(to_level=target, reasons=tuple(reasons), supervised=False, told=told)


def warning_reason(kind: ClockKind, level: Level, percent: int = 80) -> Reason:
    """Return why people are warned of a limit, or reminded of a review. Source: R-34, R-126."""
    if kind is ClockKind.REVIEW:
        return reason("review_due")
    return reason("clock_warned", clock=kind.value, from_level=level.value, percent=percent)


def told_at(facts: EscalationInput, ladders: Ladders, row: StepRow) -> tuple[Level, ...]:
    """Return the levels told by a step that leaves the incident where it is: the owner's first. Source: R-82.

    A warning is told only to whom its row names; what is overdue also to whom the ladder always tells.
    """
    ladder = ladders.of(facts.colour)
    above = _existing_above(facts, ladder)[:1] if row.tell_next else ()
    always = ladder.told if row.step >= RAN_OUT else ()
    named = (level for level in (*row.told, *always) if level in facts.exists)
    return tuple(dict.fromkeys((facts.level, *above, *named)))


def supervision_reasons(
    *, reassigned: int = 0, dissatisfied: int = 0, failed_checks: int = 0, limit: int = 2
) -> tuple[Reason, ...]:
    """Return why an incident becomes supervised without any clock: handed on, dissatisfied, or claimed done.

    Source: R-37.
    """
    found = []
    if reassigned >= limit:
        found.append(reason("supervised_reassigned", times=reassigned))
    if dissatisfied >= limit:
        found.append(reason("supervised_dissatisfied", times=dissatisfied))
    if failed_checks >= limit:
        found.append(reason("supervised_check_failed", times=failed_checks))
    return tuple(found)


def _because(facts: EscalationInput) -> Reason:
    if facts.trigger is Trigger.TIME and facts.clock_kind is not None:
        return reason("clock_ran_out", clock=facts.clock_kind.value, from_level=facts.clock_level.value)
    return reason("raised_by_hand", from_level=facts.level.value)


def _why_it_stays(kind: ClockKind | None) -> Reason:
    if kind in _WATCHED_CLOCKS:
        return reason("watched_overdue")
    return reason("answer_overdue" if kind in _ANSWER_CLOCKS else "whistle_keeps_owner")


def _existing_above(facts: EscalationInput, ladder: Ladder) -> tuple[Level, ...]:
    return tuple(
        level
        for level in ladder.rungs[_position(facts.level, ladder) :]
        if level in facts.exists and (level is not Level.DEPARTMENT or facts.has_lead_department)
    )


def _position(level: Level, ladder: Ladder) -> int:
    """Return the place right above a level; one that is no rung stands where its rank would put it."""
    if level in ladder.rungs:
        return ladder.rungs.index(level) + 1
    ranks = list(Level)
    return sum(1 for rung in ladder.rungs if ranks.index(rung) < ranks.index(level))


def _between(level: Level, target: Level, ladder: Ladder) -> tuple[Level, ...]:
    return ladder.rungs[_position(level, ladder) : ladder.rungs.index(target)]


def _told(
    level: Level, above: tuple[Level, ...], ladder: Ladder, exists: frozenset[Level]
) -> tuple[Level, ...]:
    always = (rung for rung in ladder.told if rung in exists)
    return tuple(dict.fromkeys((level, *above, *always)))
