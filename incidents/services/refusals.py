"""Turning refusals of the pure rules into the project's errors, with their sentences."""

from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Denied, DomainError, Invalid, Missing
from incidents.choices import VERBS
from incidents.models import IncidentEvent
from incidents.rules.reasons import Reason
from incidents.rules.workflow import Refusal
from incidents.selectors.explain import explain
from incidents.selectors.timeline import who_did
from organizations.models import Organization


def missing() -> Missing:
    """Return the error for an incident that does not exist, or not for this person."""
    return Missing("incident_missing", _("There is no such incident, or it is not yours to see."))


def refused(refusal: Refusal) -> DomainError:
    """Return the error of a refused move: Invalid for a missing field, Denied for everything else."""
    sentence = explain(refusal.code, refusal.params)
    if refusal.code == "fields_missing":
        first = str(refusal.params["fields"]).split(",")[0]
        return Invalid(refusal.code, sentence, field=first)
    return Denied(refusal.code, sentence)


def invalid(why: Reason, *, field: str) -> Invalid:
    """Return the error of a value that a rule cannot accept."""
    return Invalid(why.code, explain(why.code, why.params), field=field)


def stale(event: IncidentEvent | None) -> Conflict:
    """Return the error that names who was first, what they did and when."""
    if event is None:
        return Conflict("stale", _("This incident has changed meanwhile. Please look at it again."))
    return Conflict("stale", _("%(who)s was first: “%(what)s” at %(when)s."), params=_of(event))


def _of(event: IncidentEvent) -> Mapping[str, object]:
    return {
        "who": who_did(event),
        "what": str(dict(VERBS).get(event.verb, event.verb)),
        "when": f"{timezone.localtime(event.at):%m-%d %H:%M:%S}",
    }


def check_open(unit: Organization, *, field: str) -> None:
    """Raise Invalid("unit_closed") naming the field for a unit that takes no new work."""
    if unit.is_closed:
        raise Invalid(
            "unit_closed",
            _("“%(unit)s” is closed and takes no new work. Please choose another unit."),
            field=field,
            params={"unit": unit.name},
        )
