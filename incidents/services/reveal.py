"""Showing a reporter's name and phone, for a purpose that is written down."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.crypto import decrypt
from core.errors import Denied, Missing
from core.looks import clean_purpose, log_looks
from incidents.models import Incident
from incidents.policies import can_reveal

NAME_FIELD = "incident.reporter_name"
PHONE_FIELD = "incident.reporter_phone"


@dataclass(frozen=True, slots=True)
class Revealed:
    """The reporter as they gave themselves; both empty for someone who reported without a name."""

    name: str
    phone: str


def reporter_reveal(*, actor: Actor, incident_id: int, purpose: str) -> Revealed:
    """Return the reporter's name and phone and log the look; a refused one too. Source: R-60, R-250.

    Raises Missing("incident_missing"), Denied("permission_missing"), Invalid("purpose_missing").
    """
    user = actor.user
    incident = Incident.objects.visible_to(user).filter(pk=incident_id).first() if user else None
    allowed = user is not None and incident is not None and can_reveal(user, incident)
    if user is not None and not allowed and Incident.objects.filter(pk=incident_id).exists():
        _log(user.pk, incident_id, purpose, refused=True)
    if user is None or incident is None:
        raise Missing("incident_missing", _("There is no such incident, or it is not yours to see."))
    if not allowed:
        raise Denied("permission_missing", _("Your role does not include this step."))
    why = clean_purpose(purpose)
    with transaction.atomic():
        revealed = Revealed(
            decrypt(incident.reporter_name_sealed, field=NAME_FIELD),
            decrypt(incident.reporter_phone_sealed, field=PHONE_FIELD),
        )
        _log(user.pk, incident.pk, why)
    return revealed


def _log(user_id: int, incident_id: int, purpose: str, *, refused: bool = False) -> None:
    log_looks(
        user_id,
        subject_type="incident",
        subject_ids=[incident_id],
        fields=["reporter"],
        purpose=purpose,
        refused=refused,
    )
