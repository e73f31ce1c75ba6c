"""What templates of residents ask that the page's own view does not know."""

from django import template

from organizations.scopes import AnyUser
from residents.models import Person
from residents.policies import REVEAL, may

register = template.Library()


@register.filter
def revealable_by(person: Person, user: AnyUser) -> bool:
    """Return whether the user may see the person's numbers, and there are any; no query after the first."""
    return bool(person.document_sealed or person.phone_sealed) and may(user, REVEAL, person)
