"""People, households, dwellings, and what happened to them."""

from residents.models.history import PastResidence, ResidentEvent
from residents.models.households import Dwelling, Household
from residents.models.people import Person
from residents.models.visits import Need, NeedReopening, Visit

__all__ = [
    "Dwelling",
    "Household",
    "Need",
    "NeedReopening",
    "PastResidence",
    "Person",
    "ResidentEvent",
    "Visit",
]
