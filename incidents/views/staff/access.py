"""Who acts behind a request of staff."""

from typing import cast

from django.http import HttpRequest

from core.actor import Actor
from organizations.models import User


def staff_actor(request: HttpRequest) -> Actor:
    """Return the signed-in person as an actor; only for views behind login_required."""
    return Actor.of(staff_user(request))


def staff_user(request: HttpRequest) -> User:
    """Return the signed-in person; only for views behind login_required."""
    return cast("User", request.user)
