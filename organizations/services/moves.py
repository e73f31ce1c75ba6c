"""What must follow when an organisation moves, or object when it closes: upper apps register it here.

The layers above keep columns that repeat the tree (an incident's street, for example). They register a
follower when they are loaded; it runs in the transaction of the move, so that no reader sees one without the
other.
"""

from collections.abc import Callable

from core.actor import Actor
from organizations.models import Organization

Follower = Callable[[Actor, Organization], None]
Objection = Callable[[Organization], None]
_followers: list[Follower] = []
_objections: list[Objection] = []


def register_follower(follower: Follower) -> None:
    """Have the follower called with the actor and the moved organisation, its parent already the new one."""
    if follower not in _followers:
        _followers.append(follower)


def register_objection(objection: Objection) -> None:
    """Have the objection asked before an organisation closes; it raises a domain error to refuse."""
    if objection not in _objections:
        _objections.append(objection)


def follow(actor: Actor, organization: Organization) -> None:
    """Call every follower of a move, inside its transaction."""
    for follower in _followers:
        follower(actor, organization)


def ask_objections(organization: Organization) -> None:
    """Let every upper app object to closing the organisation."""
    for objection in _objections:
        objection(organization)
