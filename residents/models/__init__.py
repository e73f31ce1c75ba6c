"""People, households, dwellings, what happened to them, and where they do not fit."""

from residents.models.care import CareTagGroup, CareTagKind, PersonTag, TagEnd
from residents.models.helping import CareAssignment, ContactKind, ContactLog, HelpEnd
from residents.models.history import PastResidence, ResidentEvent
from residents.models.households import Dwelling, Household
from residents.models.merging import DistinctPeople, MergeRecord
from residents.models.mismatches import Mismatch, MismatchKind, MismatchState, OccupancyLimit
from residents.models.people import Person

__all__ = [
    "CareAssignment",
    "CareTagGroup",
    "CareTagKind",
    "ContactKind",
    "ContactLog",
    "DistinctPeople",
    "Dwelling",
    "HelpEnd",
    "Household",
    "MergeRecord",
    "Mismatch",
    "MismatchKind",
    "MismatchState",
    "OccupancyLimit",
    "PastResidence",
    "Person",
    "PersonTag",
    "ResidentEvent",
    "TagEnd",
]
