"""Writing down what happened; called inside the transaction of what it tells."""

from datetime import date
from typing import Any

from core import clock
from core.actor import Actor
from residents.choices import ResidentVerb
from residents.models import Household, Person, ResidentEvent


def note(
    actor: Actor,
    verb: ResidentVerb,
    *,
    effective_on: date,
    person: Person | None = None,
    household: Household | None = None,
    text: str = "",
    **data: Any,
) -> ResidentEvent:
    """Append one event; `data` must hold no number and no sensitive word. One statement."""
    return ResidentEvent.objects.create(
        person=person,
        household=household,
        verb=verb,
        effective_on=effective_on,
        at=clock.now(),
        actor_id=actor.user_id,
        note=text,
        data=data,
    )
