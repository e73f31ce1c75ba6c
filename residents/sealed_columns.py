"""The app's columns that rotate_keys encrypts anew."""

from core.sealed import register_sealed
from residents.importing.cleaning import WAITING_FIELD
from residents.importing.writing import CHANGES_FIELD, REFUSED_FIELD
from residents.querysets import TAG_KIND_FIELD
from residents.sealing import (
    CONTACT_FIELD,
    DOCUMENT_FIELD,
    NEED_ANSWER_FIELD,
    NEED_REPLY_FIELD,
    NEED_TEXT_FIELD,
    PHONE_FIELD,
    REQUEST_FIELD,
    TAG_NOTE_FIELD,
    TAG_PURPOSE_FIELD,
    VISIT_NOTE_FIELD,
)

_NUMBERS = {"document_sealed": DOCUMENT_FIELD, "phone_sealed": PHONE_FIELD}

register_sealed("residents.Person", _NUMBERS)
register_sealed("residents.Visit", {"note_sealed": VISIT_NOTE_FIELD})
register_sealed("residents.Need", {"text_sealed": NEED_TEXT_FIELD, "answer_sealed": NEED_ANSWER_FIELD})
register_sealed(
    "residents.NeedReopening", {"answer_sealed": NEED_ANSWER_FIELD, "reply_sealed": NEED_REPLY_FIELD}
)
register_sealed("residents.SubjectRequest", {"details_sealed": REQUEST_FIELD})
register_sealed("residents.ImportChunk", {"sealed": WAITING_FIELD})
register_sealed("residents.RefusedRow", {"sealed": REFUSED_FIELD})
register_sealed("residents.ImportChange", {"sealed": CHANGES_FIELD}, inside=_NUMBERS)
register_sealed(
    "residents.PersonTag",
    {"kind_sealed": TAG_KIND_FIELD, "purpose_sealed": TAG_PURPOSE_FIELD, "note_sealed": TAG_NOTE_FIELD},
)
register_sealed("residents.ContactLog", {"note_sealed": CONTACT_FIELD})
