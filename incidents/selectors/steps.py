"""Which step of an incident takes a single press, known from its row alone.

Only a hint for lists: the service decides again, under the lock, by the same table.
"""

from grids.scopes import grid_ids_for
from incidents.models import Incident
from incidents.rules.vocabulary import Level, Party, State, Verb
from incidents.rules.workflow import ANSWER, HANDLE, Facts, Transition, check_move
from organizations.scopes import AnyUser, scope_of

# Steps that ask for nothing to be written, in the order in which an incident meets them.
_AS_OWNER = (Verb.SIGN, Verb.START)


def easy_step(user: AnyUser, incident: Incident, *, answering: bool = False) -> Verb | None:
    """Return the one-press step the person may take now, if any. No query beyond the person's scope."""
    if answering and _answers(user, incident):
        return Verb.WHISTLE_SIGN
    if not owns(user, incident):
        return None
    facts = Facts(
        parties=frozenset({Party.OWNER}),
        permissions=frozenset({HANDLE}),
        owner_level=Level(incident.owner_level),
        whistled=incident.is_whistled,
    )
    for verb in _AS_OWNER:
        if isinstance(check_move(State(incident.state), verb, facts), Transition):
            return verb
    return None


def owns(user: AnyUser, incident: Incident) -> bool:
    """Return whether the person is one of those who owe the work now."""
    scope = scope_of(user)
    if incident.owner_level == Level.GRID:
        return HANDLE in scope.permissions and incident.grid_id in grid_ids_for(user)
    return scope.holds(HANDLE, [incident.owner_organization_id])


def _answers(user: AnyUser, incident: Incident) -> bool:
    scope = scope_of(user)
    unsigned = {
        clock.organization_id
        for clock in getattr(incident, "running_clocks", [])
        if clock.kind == "sign" and clock.whistle_response_id is not None
    }
    return scope.holds(ANSWER, unsigned)
