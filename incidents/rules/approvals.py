"""Who gets back what a unit gives back, and who decides on more time and on setting aside."""

from incidents.rules.reasons import Reason, reason
from incidents.rules.vocabulary import Approver, Level, Pending

_RANKS = tuple(Level)
# Units that dispatch; departments are dispatched to.
_DISPATCHING = (Level.COMMUNITY, Level.STREET, Level.CITY)


def dispatching_level(owner: Level, exists: frozenset[Level]) -> Level:
    """Return who dispatches to an owner: the next level above it that dispatches and has the place.

    A department is dispatched to by the street of the place; the city stands above everybody and itself.
    Source: R-121.
    """
    if owner is Level.DEPARTMENT:
        return Level.STREET if Level.STREET in exists else Level.CITY
    above = _RANKS[_RANKS.index(owner) + 1 :]
    return next((level for level in above if level in _DISPATCHING and level in exists), Level.CITY)


def approval_chain(kind: Pending, *, earlier: int, works: bool) -> tuple[tuple[Approver, ...], Reason]:
    """Return who must agree one after the other, and why; `earlier` counts the extensions granted before.

    Source: R-123, R-125.
    """
    if kind is Pending.SUSPENSION:
        return (Approver.DISPATCHING,), reason("approval_suspension")
    if earlier:
        return (Approver.OWN_LEADER, Approver.GRID_OFFICE), reason("approval_again")
    if works:
        return (Approver.OWN_LEADER, Approver.GRID_OFFICE), reason("approval_works")
    return (Approver.DISPATCHING,), reason("approval_first")
