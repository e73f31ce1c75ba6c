"""People, households, dwellings, and what happened to them."""

from residents.models.history import PastResidence, ResidentEvent
from residents.models.households import Dwelling, Household
from residents.models.people import Person

__all__ = ["Dwelling", "Household", "PastResidence", "Person", "ResidentEvent"]
