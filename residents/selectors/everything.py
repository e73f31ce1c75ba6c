"""Everything that is kept about one person, for the person themselves. Source: R-255."""

from typing import Any

from core.models import AccessLog
from residents.models import Person
from residents.sealing import open_answer, open_document, open_need, open_phone


def everything_about(person: Person) -> dict[str, Any]:
    """Return it as plain data with numbers in the clear; six queries. Whoever calls logs the look."""
    return {
        "person": {
            "name": person.name,
            "gender": person.get_gender_display(),
            "birth_date": person.birth_date,
            "document_kind": person.get_document_kind_display(),
            "document_number": open_document(person),
            "phone": open_phone(person),
            "population_type": person.get_population_type_display(),
            "political_status": person.get_political_status_display(),
            "registered_division": person.registered_division,
            "kinship": person.get_kinship_display(),
            "lived_since": person.lived_since,
            "state": person.get_state_display(),
            "ended_on": person.ended_on,
            "source": person.get_source_display(),
            "as_of": person.as_of,
            "sources_of_fields": person.field_sources,
        },
        "place": [
            str(each) for each in (person.street, person.community, person.grid, person.building) if each
        ],
        "earlier_residences": [
            {"from": past.valid_from, "until": past.valid_to, "place": str(past.household.building or "")}
            for past in person.past_residences.select_related("household__building")
        ],
        "history": [
            {
                "what": event.get_verb_display(),
                "holds_from": event.effective_on,
                "at": event.at,
                "note": event.note,
            }
            for event in person.events.order_by("effective_on", "id")
        ],
        "needs": [
            {"kind": need.get_kind_display(), "said": open_need(need), "answer": open_answer(need)}
            for need in person.needs.order_by("recorded_at", "id")
        ],
        "looks": [
            {
                "who": str(look.user),
                "what": look.field,
                "purpose": look.purpose,
                "at": look.at,
                "refused": look.refused,
            }
            for look in AccessLog.objects.filter(subject_type="person", subject_id=person.pk)
            .select_related("user")
            .order_by("sequence")
        ],
    }
