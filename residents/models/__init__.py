"""People, households, dwellings, and what happened to them."""

from residents.models.exports import PeopleExport
from residents.models.history import PastResidence, ResidentEvent
from residents.models.households import Dwelling, Household
from residents.models.imports import (
    ColumnMapping,
    ImportChange,
    ImportChunk,
    ImportLeft,
    ImportState,
    LeftReason,
    PeopleImport,
    RefusedRow,
)
from residents.models.people import Person

__all__ = [
    "ColumnMapping",
    "Dwelling",
    "Household",
    "ImportChange",
    "ImportChunk",
    "ImportLeft",
    "ImportState",
    "LeftReason",
    "PastResidence",
    "PeopleExport",
    "PeopleImport",
    "Person",
    "RefusedRow",
    "ResidentEvent",
]
