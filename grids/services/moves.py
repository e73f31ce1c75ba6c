"""What must follow when grids change their community or buildings their grid: upper apps register it."""

from collections.abc import Callable, Sequence

from core.actor import Actor
from grids.models import Building
from organizations.models import Organization

Follower = Callable[[Actor, Sequence[int], Organization], None]
BuildingFollower = Callable[[Actor, Building], None]
_followers: list[Follower] = []
_building_followers: list[BuildingFollower] = []


def register_follower(follower: Follower) -> None:
    """Have the follower called with the actor, the ids of the grids, and their new community."""
    if follower not in _followers:
        _followers.append(follower)


def register_building_follower(follower: BuildingFollower) -> None:
    """Have the follower called with the actor and the building, its grid already the new one."""
    if follower not in _building_followers:
        _building_followers.append(follower)


def follow(actor: Actor, grid_ids: Sequence[int], community: Organization) -> None:
    """Call every follower, inside the transaction of the move."""
    for follower in _followers:
        follower(actor, grid_ids, community)


def follow_building(actor: Actor, building: Building) -> None:
    """Call every follower of a moved building, inside the transaction of the move."""
    for follower in _building_followers:
        follower(actor, building)
