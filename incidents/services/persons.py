"""The person behind an actor, for rows that must say who; the table lets only people get this far."""

from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Denied
from organizations.models import User


def person_of(actor: Actor) -> User:
    """Return the signed-in person; Denied("person_needed") for the system and residents."""
    user = actor.user
    if not isinstance(user, User):
        raise Denied("person_needed", _("Only a member of staff can do this."))
    return user
