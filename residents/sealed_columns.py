"""The app's columns that rotate_keys encrypts anew."""

from core.sealed import register_sealed
from residents.importing.cleaning import WAITING_FIELD
from residents.importing.writing import CHANGES_FIELD, REFUSED_FIELD
from residents.sealing import (
    DOCUMENT_FIELD,
    NEED_ANSWER_FIELD,
    NEED_REPLY_FIELD,
    NEED_TEXT_FIELD,
    PHONE_FIELD,
    REQUEST_FIELD,
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
