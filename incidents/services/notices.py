"""The notice that work is done, left with the reporter: it carries the one-time link for their verdict."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Conflict, Denied
from incidents.links import verdict_token
from incidents.models import Incident, VerdictRound
from incidents.policies import standing_of
from incidents.rules.vocabulary import Party
from incidents.rules.workflow import HANDLE, VERIFY
from incidents.services.refusals import missing


def notice_make(*, actor: Actor, incident_id: int) -> str:
    """Return the token of the round's link and keep who printed it first. Source: R-147.

    Raises Missing("incident_missing"), Denied("permission_missing"), Conflict("callback_over").
    """
    user = actor.user
    with transaction.atomic():
        incident = Incident.objects.visible_to(user).filter(pk=incident_id).first() if user else None
        if incident is None:
            raise missing()
        standing = standing_of(actor, incident)
        handles = Party.OWNER in standing.parties and HANDLE in standing.permissions
        verifies = Party.DISPATCHER in standing.parties and VERIFY in standing.permissions
        if not handles and not verifies:
            raise Denied("permission_missing", _("Your role does not include this step."))
        asked = (
            VerdictRound.objects.select_for_update().filter(incident_id=incident.pk, closed_at=None).first()
        )
        if asked is None:
            raise Conflict("callback_over", _("This reporter need not be rung any more."))
        if asked.notice_by_id is None:
            asked.notice_by_id = actor.user_id
            asked.save(update_fields=["notice_by"])
        return verdict_token(asked.pk)
