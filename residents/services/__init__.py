"""Every change to people, households and dwellings, and every visit to them."""

from residents.services.households import dwelling_register, household_open
from residents.services.needs import need_answer
from residents.services.people import person_correct, person_register
from residents.services.visits import SavedVisit, visit_save

__all__ = [
    "SavedVisit",
    "dwelling_register",
    "household_open",
    "need_answer",
    "person_correct",
    "person_register",
    "visit_save",
]
