"""What must follow when an organisation moves or closes, or may object: upper apps register it here.

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
_closing_listeners: list[Follower] = []


def register_follower(follower: Follower) -> None:
    """Have the follower called with the actor and the moved organisation, its parent already the new one."""
    if follower not in _followers:
        _followers.append(follower)


def register_objection(objection: Objection) -> None:
    """Have the objection asked before an organisation closes; it raises a domain error to refuse."""
    if objection not in _objections:
        _objections.append(objection)


def register_closing_listener(listener: Follower) -> None:
    """Have the listener called with the actor and the closing organisation, in its transaction."""
    if listener not in _closing_listeners:
        _closing_listeners.append(listener)


def follow(actor: Actor, organization: Organization) -> None:
    """Call every follower of a move, inside its transaction."""
    for follower in _followers:
        follower(actor, organization)


def ask_objections(organization: Organization) -> None:
    """Let every upper app object to closing the organisation."""
    for objection in _objections:
        objection(organization)


def tell_closed(actor: Actor, organization: Organization) -> None:
    """Call every listener of a closing, inside its transaction."""
    for listener in _closing_listeners:
        listener(actor, organization)
