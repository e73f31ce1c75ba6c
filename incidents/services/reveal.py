"""Showing a reporter's name and phone, for a purpose that is written down."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor
from core.crypto import decrypt
from core.errors import Denied, Invalid, Missing
from core.models import AccessLog
from incidents.models import Incident
from incidents.policies import can_reveal
from incidents.services.intake import clean_text

LONGEST_PURPOSE = 200
NAME_FIELD = "incident.reporter_name"
PHONE_FIELD = "incident.reporter_phone"


@dataclass(frozen=True, slots=True)
class Revealed:
    """The reporter as they gave themselves; both empty for someone who reported without a name."""

    name: str
    phone: str


def reporter_reveal(*, actor: Actor, incident_id: int, purpose: str) -> Revealed:
    """Return the reporter's name and phone and log the look in the same transaction. Source: R-60.

    Raises Missing("incident_missing"), Denied("permission_missing"), Invalid("purpose_missing").
    """
    user = actor.user
    with transaction.atomic():
        incident = Incident.objects.visible_to(user).filter(pk=incident_id).first() if user else None
        if user is None or incident is None:
            raise Missing("incident_missing", _("There is no such incident, or it is not yours to see."))
        if not can_reveal(user, incident):
            raise Denied("permission_missing", _("Your role does not include this step."))
        why = clean_text(purpose, field="purpose", longest=LONGEST_PURPOSE)
        if len(why) < 2:
            raise Invalid("purpose_missing", _("Please write why you need this."), field="purpose")
        AccessLog.objects.create(
            user_id=user.pk,
            subject_type="incident",
            subject_id=incident.pk,
            field="reporter",
            purpose=why,
            at=clock.now(),
        )
        return Revealed(
            decrypt(incident.reporter_name_sealed, field=NAME_FIELD),
            decrypt(incident.reporter_phone_sealed, field=PHONE_FIELD),
        )
