"""The telephone desk: who rings whom, what came of it, and the verdict; one reporter is rung by one person.

A claim is a row with an end, not a lock: nothing is held in the database while somebody is on the phone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import clock
from core.actor import Actor
from core.errors import Conflict, Denied, Invalid
from core.text import clean_text
from incidents.models import CallAttempt, Incident, VerdictRound
from incidents.policies import standing_of
from incidents.rules.vocabulary import CallOutcome, Channel, Party, Verb, Verdict
from incidents.rules.workflow import VERIFY
from incidents.services.moves import incident_perform
from incidents.services.refusals import missing
from incidents.services.reveal import Revealed, reporter_reveal
from organizations.models import User

# Source: R-146. How long a claim holds, how long nobody rings again, and how often at most.
CLAIM = timedelta(minutes=15)
PAUSE = timedelta(hours=2)
MOST_ATTEMPTS = 3
LONGEST_NOTE = 500
_VERB_OF = {
    Verdict.SATISFIED: Verb.JUDGE_SATISFIED,
    Verdict.BASICALLY: Verb.JUDGE_BASICALLY,
    Verdict.DISSATISFIED: Verb.JUDGE_DISSATISFIED,
}


@dataclass(frozen=True, slots=True)
class Claimed:
    """A call about to be made: the round, and whom to ring."""

    round: VerdictRound
    reporter: Revealed


def callback_claim(*, actor: Actor, incident_id: int) -> Claimed:
    """Take the call, show whom to ring and log the look; the same person may take it again. Source: R-146.

    Raises Missing("incident_missing"), Denied("permission_missing"|"not_your_part"), and Conflict
    ("callback_over"|"callback_claimed"), the latter naming who is on the phone.
    """
    with transaction.atomic():
        incident = _callable(actor, incident_id)
        asked = _open_round(incident)
        _check_claim(actor, asked)
        asked.claimed_by_id, asked.claimed_until = actor.user_id, clock.now() + CLAIM
        asked.save(update_fields=["claimed_by", "claimed_until"])
        purpose = _("Call-back of %(number)s") % {"number": incident.number}
        reporter = reporter_reveal(actor=actor, incident_id=incident.pk, purpose=purpose)
        return Claimed(asked, reporter)


def callback_release(*, actor: Actor, incident_id: int) -> None:
    """Give the call back for others to make; nothing happens where somebody else has it."""
    _callable(actor, incident_id)
    VerdictRound.objects.filter(incident_id=incident_id, closed_at=None, claimed_by_id=actor.user_id).update(
        claimed_by=None, claimed_until=None
    )


def callback_attempt(*, actor: Actor, incident_id: int, outcome: str, note: str = "") -> VerdictRound:
    """Record a call that brought no verdict: rung again after a while, or never. Source: R-146.

    After MOST_ATTEMPTS, or where the reporter does not want to be asked, nobody rings; the limit for the
    verdict then closes the incident. Raises Invalid("choice_invalid"), else as callback_claim.
    """
    try:
        ended = CallOutcome(outcome)
    except ValueError as error:
        raise Invalid(
            "choice_invalid", _("Please choose one of the values offered."), field="outcome"
        ) from error
    with transaction.atomic():
        asked = _attempted(actor, incident_id, ended, note)
        over = ended is CallOutcome.REFUSED or asked.attempts >= MOST_ATTEMPTS
        asked.call_after = None if over else clock.now() + PAUSE
        asked.claimed_by = asked.claimed_until = None
        asked.save(update_fields=["attempts", "call_after", "claimed_by", "claimed_until"])
        return asked


def callback_verdict(
    *,
    actor: Actor,
    incident_id: int,
    verdict: str,
    reason: str = "",
    reason_codes: Sequence[str] = (),
    version: int | None = None,
) -> Incident:
    """Record what the reporter said on the phone, and that they were reached. Source: R-53, R-146.

    Raises as callback_claim and incident_perform; Invalid("choice_invalid") for an unknown verdict.
    """
    if verdict not in set(Verdict):
        raise Invalid("choice_invalid", _("Please choose one of the values offered."), field="verdict")
    verb = _VERB_OF[Verdict(verdict)]
    with transaction.atomic():
        _attempted(actor, incident_id, CallOutcome.REACHED, "").save(update_fields=["attempts"])
        words = {"reason": reason} if verb is Verb.JUDGE_DISSATISFIED else {"note": reason}
        given = {**words, "reason_codes": list(reason_codes), "channel": Channel.LOCAL_HOTLINE}
        return incident_perform(actor=actor, incident_id=incident_id, verb=verb, given=given, version=version)


def _callable(actor: Actor, incident_id: int) -> Incident:
    """Return the incident if this person may ring its reporter; Missing or Denied otherwise."""
    user = actor.user
    found = Incident.objects.visible_to(user).filter(pk=incident_id).first() if user else None
    if found is None:
        raise missing()
    standing = standing_of(actor, found)
    if Party.DISPATCHER not in standing.parties or VERIFY not in standing.permissions:
        raise Denied("permission_missing", _("Your role does not include this step."))
    incident: Incident = found
    return incident


def _open_round(incident: Incident) -> VerdictRound:
    # The incident first, as every move does, then its round.
    Incident.objects.select_for_update(no_key=True).filter(pk=incident.pk).values_list("pk").first()
    asked = (
        VerdictRound.objects.select_for_update(of=("self",))
        .select_related("claimed_by")
        .filter(incident_id=incident.pk, closed_at=None)
        .first()
    )
    if asked is None or (asked.call_after is None and asked.claimed_until is None):
        raise Conflict("callback_over", _("This reporter need not be rung any more."))
    return asked


def _check_claim(actor: Actor, asked: VerdictRound) -> None:
    until = asked.claimed_until
    if asked.claimed_by_id in (None, actor.user_id) or until is None or until <= clock.now():
        return
    raise Conflict(
        "callback_claimed",
        _("%(who)s is on the phone with this reporter until %(when)s."),
        params={"who": str(asked.claimed_by), "when": f"{timezone.localtime(until):%H:%M}"},
    )


def _attempted(actor: Actor, incident_id: int, outcome: CallOutcome, note: str) -> VerdictRound:
    incident = _callable(actor, incident_id)
    asked = _open_round(incident)
    _check_claim(actor, asked)
    # Who may ring is a person with a post; the types cannot know it.
    user = cast("User", actor.user)
    CallAttempt.objects.create(
        round=asked,
        at=clock.now(),
        user=user,
        outcome=outcome,
        note=clean_text(note, field="note", longest=LONGEST_NOTE),
    )
    asked.attempts += 1
    return asked
