"""Every change to people, households and dwellings, and every visit to them."""

from residents.services.dwellings import dwelling_close, dwelling_report, dwelling_update
from residents.services.heads import head_change
from residents.services.helping import contact_log, help_close, helper_end, helper_set
from residents.services.household_moves import (
    household_close,
    household_join,
    household_move,
    household_split,
)
from residents.services.households import dwelling_register, household_open, household_settle
from residents.services.lives import person_born, person_die
from residents.services.matching import find_mismatches, mismatch_confirm
from residents.services.merging import people_distinct, person_merge, person_unmerge
from residents.services.moves import person_leave, person_move, person_return, person_take_in
from residents.services.needs import need_answer
from residents.services.people import person_correct, person_register
from residents.services.registering import registered_household_set
from residents.services.tags import tag_end, tag_give, tag_review, tags_close, tags_show
from residents.services.undoing import residence_undo
from residents.services.visits import SavedVisit, visit_save

__all__ = [
    "SavedVisit",
    "contact_log",
    "dwelling_close",
    "dwelling_register",
    "dwelling_report",
    "dwelling_update",
    "find_mismatches",
    "head_change",
    "help_close",
    "helper_end",
    "helper_set",
    "household_close",
    "household_join",
    "household_move",
    "household_open",
    "household_settle",
    "household_split",
    "mismatch_confirm",
    "need_answer",
    "people_distinct",
    "person_born",
    "person_correct",
    "person_die",
    "person_leave",
    "person_merge",
    "person_move",
    "person_register",
    "person_return",
    "person_take_in",
    "person_unmerge",
    "registered_household_set",
    "residence_undo",
    "tag_end",
    "tag_give",
    "tag_review",
    "tags_close",
    "tags_show",
    "visit_save",
]
