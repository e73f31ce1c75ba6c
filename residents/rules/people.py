"""Reading what somebody wrote about a person: cleaned, or every reason why not. Source: R-201 to R-204.

Forms, the API and imports of two million rows all ask this one function.
"""

from dataclasses import dataclass
from datetime import date

from residents.rules.documents import Document, DocumentKind, Gender, can_be_born, read_document
from residents.rules.names import clean_name, name_problem
from residents.rules.phones import clean_phone, is_phone


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDraft:
    """A person as written down; an empty text or None stands for what was not given."""

    name: str
    document_kind: DocumentKind = DocumentKind.RESIDENT_ID
    document_number: str = ""
    gender: Gender = Gender.UNKNOWN
    birth_date: date | None = None
    phone: str = ""
    population_type: str = "registered"
    political_status: str = ""
    registered_division: str = ""


@dataclass(frozen=True, kw_only=True)
class CleanPerson:
    """A person whose parts fit each other."""

    name: str
    document: Document
    gender: Gender
    birth_date: date | None
    phone: str
    population_type: str
    political_status: str
    registered_division: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A field that cannot be taken, and why (residents.wording puts it into words)."""

    field: str
    code: str


def read_person(draft: PersonDraft, *, today: date) -> tuple[CleanPerson, tuple[Problem, ...]]:
    """Return the cleaned person and every problem; with problems the person must not be kept."""
    document = read_document(draft.document_kind, draft.document_number, today=today)
    name, phone = clean_name(draft.name), clean_phone(draft.phone)
    division = draft.registered_division.strip()
    found = [
        Problem("name", name_problem(name)),
        Problem("document_number", document.problem),
        Problem("birth_date", _birth_problem(draft.birth_date, document, today)),
        Problem("gender", _gender_problem(draft.gender, document)),
        Problem("phone", "shape" if phone and not is_phone(phone) else ""),
        Problem("registered_division", "" if not division or _is_division(division) else "shape"),
    ]
    person = CleanPerson(
        name=name,
        document=document,
        gender=document.gender or draft.gender,
        birth_date=document.birth_date or draft.birth_date,
        phone=phone,
        population_type=draft.population_type,
        political_status=draft.political_status,
        registered_division=division,
    )
    return person, tuple(problem for problem in found if problem.code)


def _birth_problem(given: date | None, document: Document, today: date) -> str:
    if given is None:
        return ""
    if document.birth_date not in (None, given):
        return "differs"
    return "" if can_be_born(given, today) else "range"


def _gender_problem(given: Gender, document: Document) -> str:
    known = given in {Gender.MALE, Gender.FEMALE}
    return "differs" if known and document.gender not in (None, given) else ""


def _is_division(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) in {6, 9, 12}
