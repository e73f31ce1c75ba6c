"""What identifies a person, sealed at rest, and the marks it is found by. Source: R-206.

The only place that names the fields of the encryption and the purposes of the marks.
"""

from dataclasses import dataclass
from uuid import UUID

from core.crypto import decrypt, encrypt, mark
from residents.models import ContactLog, Need, NeedReopening, Person, PersonTag, SubjectRequest, Visit
from residents.querysets import TAG_KIND_FIELD
from residents.rules.documents import Document, DocumentKind

DOCUMENT_FIELD = "person.document"
PHONE_FIELD = "person.phone"
TAG_PURPOSE_FIELD = "person_tag.purpose"
TAG_NOTE_FIELD = "person_tag.note"
CONTACT_FIELD = "contact_log.note"
# What people say at their doors may be about anything.
VISIT_NOTE_FIELD = "visit.note"
NEED_TEXT_FIELD = "need.text"
NEED_ANSWER_FIELD = "need.answer"
NEED_REPLY_FIELD = "need.reply"
# Why somebody wants their data corrected or deleted is theirs alone.
REQUEST_FIELD = "subject_request.details"
_TAIL_DIGITS = 4


@dataclass(frozen=True)
class SealedDocument:
    """A document number as columns of Person."""

    document_kind: str
    document_sealed: str
    document_mark: UUID | None


@dataclass(frozen=True)
class SealedPhone:
    """A phone as columns of Person."""

    phone_sealed: str
    phone_mark: UUID | None
    phone_tail_mark: UUID | None


def seal_document(document: Document) -> SealedDocument:
    """Return the columns of a checked document."""
    return SealedDocument(
        document.kind.value,
        encrypt(document.number, field=DOCUMENT_FIELD),
        document_mark(document.kind, document.number) if document.number else None,
    )


def seal_phone(phone: str) -> SealedPhone:
    """Return the columns of a cleaned phone; all empty for none."""
    if not phone:
        return SealedPhone("", None, None)
    return SealedPhone(encrypt(phone, field=PHONE_FIELD), phone_mark(phone), phone_tail_mark(phone))


def document_mark(kind: DocumentKind, number: str) -> UUID:
    """Return the mark a document is found by; the kind is part of it."""
    return mark(f"{kind.value}:{number}", purpose=DOCUMENT_FIELD)


def phone_mark(phone: str) -> UUID:
    """Return the mark a whole phone is found by."""
    return mark(phone, purpose=PHONE_FIELD)


def phone_tail_mark(phone: str) -> UUID:
    """Return the mark the last four digits are found by."""
    return mark(phone[-_TAIL_DIGITS:], purpose=f"{PHONE_FIELD}.tail")


def open_document(person: Person) -> str:
    """Return the number in the clear; who shows it logs the look."""
    return decrypt(person.document_sealed, field=DOCUMENT_FIELD)


def open_phone(person: Person) -> str:
    """Return the phone in the clear; who shows it logs the look."""
    return decrypt(person.phone_sealed, field=PHONE_FIELD)


@dataclass(frozen=True, slots=True)
class SealedTag:
    """Kind, purpose and note of a care tag as columns of PersonTag."""

    kind_sealed: str
    kind_mark: UUID
    purpose_sealed: str
    note_sealed: str


@dataclass(frozen=True, slots=True)
class OpenTag:
    """What a care tag says; `code` is that of its kind."""

    code: str
    purpose: str
    note: str


def seal_tag(code: str, purpose: str, note: str) -> SealedTag:
    """Return the columns of a tag of the kind."""
    return SealedTag(
        encrypt(code, field=TAG_KIND_FIELD),
        tag_mark(code),
        encrypt(purpose, field=TAG_PURPOSE_FIELD),
        encrypt(note, field=TAG_NOTE_FIELD),
    )


def tag_mark(code: str) -> UUID:
    """Return the mark by which tags of a kind are found."""
    return mark(code, purpose=TAG_KIND_FIELD)


def open_tag(tag: PersonTag) -> OpenTag:
    """Return what the tag says; who shows a sensitive one logs the look."""
    return OpenTag(
        decrypt(tag.kind_sealed, field=TAG_KIND_FIELD),
        decrypt(tag.purpose_sealed, field=TAG_PURPOSE_FIELD),
        decrypt(tag.note_sealed, field=TAG_NOTE_FIELD),
    )


def seal_contact(note: str) -> str:
    """Return the stored form of what was said when somebody was in touch."""
    return encrypt(note, field=CONTACT_FIELD)


def open_contact(contact: ContactLog) -> str:
    """Return what was said."""
    return decrypt(contact.note_sealed, field=CONTACT_FIELD)


def open_note(visit: Visit) -> str:
    """Return the note of a visit in the clear."""
    return decrypt(visit.note_sealed, field=VISIT_NOTE_FIELD)


def open_need(need: Need) -> str:
    """Return what the family said in the clear."""
    return decrypt(need.text_sealed, field=NEED_TEXT_FIELD)


def open_answer(row: Need | NeedReopening) -> str:
    """Return the answer in the clear; empty where there is none."""
    return decrypt(row.answer_sealed, field=NEED_ANSWER_FIELD)


def open_reply(reopening: NeedReopening) -> str:
    """Return in the clear what the family said against the answer."""
    return decrypt(reopening.reply_sealed, field=NEED_REPLY_FIELD)


def open_details(request: SubjectRequest) -> str:
    """Return what somebody said about their own request in the clear."""
    return decrypt(request.details_sealed, field=REQUEST_FIELD)
