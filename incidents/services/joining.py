"""A resident adds a fresh report to one that is known; it keeps its own number, code and verdict."""

from core.actor import SYSTEM
from core.errors import DomainError
from incidents.models import Incident
from incidents.rules.vocabulary import Verb
from incidents.selectors.duplicates import joinable
from incidents.services.moves import incident_perform


def incident_join(*, filed: Incident, main_id: int) -> Incident:
    """Merge the report into the one its reporter chose, if it still can be; else it stays on its own.

    Only matters that neighbours may know of, in the same community. Source: R-140, R-141.
    """
    number = (
        joinable()
        .filter(pk=main_id, community_id=filed.community_id)
        .exclude(pk=filed.pk)
        .values_list("number", flat=True)
        .first()
    )
    if number is None or not filed.category.neighbours_may_join:
        return filed
    try:
        return incident_perform(actor=SYSTEM, incident_id=filed.pk, verb=Verb.MERGE, given={"main": number})
    except DomainError:
        # Finished or merged meanwhile: the report has been filed and goes its own way.
        return filed
