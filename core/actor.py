"""Who acts: a person with an account, a resident without one, or the system itself."""

from dataclasses import dataclass
from enum import StrEnum

from django.contrib.auth.models import AbstractUser


class ActorKind(StrEnum):
    """The kinds of actors an event can name."""

    USER = "user"
    RESIDENT = "resident"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """One who calls a service; services refuse None, so automation must say SYSTEM."""

    kind: ActorKind
    user: AbstractUser | None = None

    @classmethod
    def of(cls, user: AbstractUser) -> "Actor":
        """Return the actor for a signed-in user."""
        return cls(ActorKind.USER, user)

    @property
    def user_id(self) -> int | None:
        """Return the user's primary key, or None where nobody has an account."""
        return self.user.pk if self.user else None


SYSTEM = Actor(ActorKind.SYSTEM)
RESIDENT = Actor(ActorKind.RESIDENT)
