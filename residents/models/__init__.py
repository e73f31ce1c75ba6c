"""People, households, dwellings, what happened to them, and where they do not fit."""

from residents.models.care import CareTagGroup, CareTagKind, PersonTag, TagEnd
from residents.models.exports import PeopleExport
from residents.models.helping import CareAssignment, ContactKind, ContactLog, HelpEnd
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
from residents.models.merging import DistinctPeople, MergeRecord
from residents.models.mismatches import Mismatch, MismatchKind, MismatchState, OccupancyLimit
from residents.models.people import Person
from residents.models.requests import RequestKind, RequestState, SubjectRequest
from residents.models.retention import RetentionKind, RetentionRule
from residents.models.visits import Need, NeedReopening, Visit

__all__ = [
    "CareAssignment",
    "CareTagGroup",
    "CareTagKind",
    "ColumnMapping",
    "ContactKind",
    "ContactLog",
    "DistinctPeople",
    "Dwelling",
    "HelpEnd",
    "Household",
    "ImportChange",
    "ImportChunk",
    "ImportLeft",
    "ImportState",
    "LeftReason",
    "MergeRecord",
    "Mismatch",
    "MismatchKind",
    "MismatchState",
    "Need",
    "NeedReopening",
    "OccupancyLimit",
    "PastResidence",
    "PeopleExport",
    "PeopleImport",
    "Person",
    "PersonTag",
    "RefusedRow",
    "RequestKind",
    "RequestState",
    "ResidentEvent",
    "RetentionKind",
    "RetentionRule",
    "SubjectRequest",
    "TagEnd",
    "Visit",
]
