"""What is known of a person as a draft, so that a form can leave out what it does not change.

The numbers in it are in the clear: it goes to a service and never to a page.
"""

from residents.models import Person
from residents.rules.documents import DocumentKind, Gender
from residents.rules.people import PersonDraft
from residents.sealing import open_document, open_phone


def draft_of(person: Person) -> PersonDraft:
    """Return the draft that would change nothing."""
    return PersonDraft(
        name=person.name,
        document_kind=DocumentKind(person.document_kind),
        document_number=open_document(person),
        gender=Gender(person.gender),
        birth_date=person.birth_date,
        phone=open_phone(person),
        population_type=person.population_type,
        political_status=person.political_status,
        registered_division=person.registered_division,
    )
