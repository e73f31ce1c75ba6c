"""What must follow when grids change their community: upper apps register it here."""

from collections.abc import Callable, Sequence

from core.actor import Actor
from organizations.models import Organization

Follower = Callable[[Actor, Sequence[int], Organization], None]
_followers: list[Follower] = []


def register_follower(follower: Follower) -> None:
    """Have the follower called with the actor, the ids of the grids, and their new community."""
    if follower not in _followers:
        _followers.append(follower)


def follow(actor: Actor, grid_ids: Sequence[int], community: Organization) -> None:
    """Call every follower, inside the transaction of the move."""
    for follower in _followers:
        follower(actor, grid_ids, community)
