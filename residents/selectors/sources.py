"""Where the fields of a file come from, as the page of a person shows it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Text
from organizations.scopes import AnyUser
from residents.choices import Source
from residents.models import Person

_SEALED: dict[str, Text] = {"document_number": _("document number"), "phone": _("phone")}


@dataclass(frozen=True, slots=True)
class FieldSource:
    """A field that is known otherwise than the file as a whole: from whom, and from which day."""

    label: Text
    source: Text
    as_of: date


def sources_part(_user: AnyUser, person: Person) -> dict[str, Any]:
    """Return the fields with an origin of their own, newest first; no query. Source: R-220."""
    sources = [
        FieldSource(_label(name), Source(source).label, date.fromisoformat(as_of))
        for name, (source, as_of) in person.field_sources.items()
    ]
    return {"sources": sorted(sources, key=lambda one: one.as_of, reverse=True)}


def _label(name: str) -> Text:
    if name in _SEALED:
        return _SEALED[name]
    field: Any = Person._meta.get_field(name)
    label: Text = field.verbose_name
    return label
