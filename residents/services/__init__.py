"""Every change to people, households and dwellings."""

from residents.services.households import dwelling_register, household_open
from residents.services.people import person_correct, person_register

__all__ = ["dwelling_register", "household_open", "person_correct", "person_register"]
