"""The life cycle as a drawing made of the table: where the boxes stand is written here, the arrows are not.

Every arrow belongs to the box it leaves, so that a page can show the arrows of one box alone.
"""

from dataclasses import dataclass
from typing import NamedTuple

from incidents.rules.states import CLOSED_STATES
from incidents.rules.vocabulary import State, Verb
from incidents.rules.workflow import TRANSITIONS


class Point(NamedTuple):
    """A place in the picture, in pixels."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Arrow:
    """A change of state: where it leads, its path as SVG writes it, and the steps that make it."""

    target: State
    path: str
    verbs: tuple[Verb, ...]
    is_usual: bool


@dataclass(frozen=True, slots=True)
class Box:
    """A state with its upper left corner and the arrows that leave it."""

    state: State
    corner: Point
    is_over: bool
    arrows: tuple[Arrow, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """All boxes, and the size of the whole in pixels."""

    width: int
    height: int
    boxes: tuple[Box, ...]


WIDTH, HEIGHT = 104, 40
_COLUMN, _ROW, _MARGIN, _MAIN_ROW = 126, 96, 24, 1
# Column and row of every state: the usual path runs along the middle row.
_CELLS: dict[State, tuple[float, float]] = {
    State.REPORTED: (0, 1),
    State.ACCEPTED: (1, 1),
    State.REGISTERED: (2, 1),
    State.DISPATCHED: (3, 1),
    State.SIGNED: (4, 1),
    State.HANDLING: (5, 1),
    State.FEEDBACK: (6, 1),
    State.CLOSED: (7, 1),
    State.CALLBACK: (8, 1),
    State.EVALUATED: (9, 1),
    State.ARCHIVED: (10, 1),
    State.NOT_ACCEPTED: (1.5, 0),
    State.RETURNED: (3, 0),
    State.WHISTLED: (6, 0),
    State.SUSPENDED: (4.5, 2),
    State.VERIFYING: (6.5, 2),
    State.RECTIFYING: (7, 3),
    State.MERGED: (2.5, 3),
}
_USUAL = frozenset(
    {
        Verb.ACCEPT,
        Verb.REGISTER,
        Verb.DISPATCH,
        Verb.SIGN,
        Verb.START,
        Verb.FINISH,
        Verb.CLOSE,
        Verb.CALL_BACK,
        Verb.JUDGE_SATISFIED,
        Verb.ARCHIVE,
    }
)


def picture() -> Picture:
    """Return every box with the arrows that leave it. Source: R-40, R-42."""
    moves = moves_between()
    boxes = [
        Box(
            state=state,
            corner=_corner(state),
            is_over=state in CLOSED_STATES,
            arrows=tuple(_arrow(pair, steps) for pair, steps in moves.items() if pair[0] is state),
        )
        for state in State
    ]
    return Picture(
        width=10 * _COLUMN + WIDTH + 2 * _MARGIN, height=3 * _ROW + HEIGHT + 2 * _MARGIN, boxes=tuple(boxes)
    )


def moves_between() -> dict[tuple[State, State], tuple[Verb, ...]]:
    """Return the verbs of every change of state, in table order. Source: R-42."""
    found: dict[tuple[State, State], tuple[Verb, ...]] = {}
    for row in TRANSITIONS:
        for source in row.sources:
            if row.target is not None and row.target is not source:
                found[source, row.target] = (*found.get((source, row.target), ()), row.verb)
    return found


def _arrow(pair: tuple[State, State], steps: tuple[Verb, ...]) -> Arrow:
    source, target = pair
    along = _CELLS[target][1] == _MAIN_ROW == _CELLS[source][1]
    usual = along and any(step in _USUAL for step in steps)
    return Arrow(target=target, path=_path(source, target), verbs=steps, is_usual=usual)


def _path(source: State, target: State) -> str:
    """Return a straight line to the next column, else a curve that bends away from the usual path."""
    (column, row), (to_column, to_row) = _CELLS[source], _CELLS[target]
    start, end = _corner(source), _corner(target)
    if row == to_row and 0 < to_column - column <= 1:
        y = start.y + HEIGHT / 2
        return f"M{start.x + WIDTH:g} {y:g}L{end.x:g} {y:g}"
    if row == to_row:
        return _bow(start, end, backwards=to_column < column)
    below = to_row > row
    begin = Point(start.x + WIDTH / 2, start.y + (HEIGHT if below else 0))
    finish = Point(end.x + WIDTH / 2, end.y + (0 if below else HEIGHT))
    half = (begin.y + finish.y) / 2
    return f"M{begin.x:g} {begin.y:g}C{begin.x:g} {half:g} {finish.x:g} {half:g} {finish.x:g} {finish.y:g}"


def _bow(start: Point, end: Point, *, backwards: bool) -> str:
    """Return a curve above the row, or below it for a way back."""
    y = start.y + (HEIGHT if backwards else 0)
    height = 18 + abs(end.x - start.x) / 14
    top = y + height if backwards else y - height
    left, right = start.x + WIDTH / 2, end.x + WIDTH / 2
    return f"M{left:g} {y:g}C{left:g} {top:g} {right:g} {top:g} {right:g} {y:g}"


def _corner(state: State) -> Point:
    column, row = _CELLS[state]
    return Point(_MARGIN + column * _COLUMN, _MARGIN + row * _ROW)
