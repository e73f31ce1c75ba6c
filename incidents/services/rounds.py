"""Each time a reporter is asked is one row: opened with the question, closed with the verdict or without."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.actor import ActorKind
from core.errors import Invalid
from incidents.models import VerdictReason, VerdictRound
from incidents.rules.vocabulary import Channel, Party, Verdict
from incidents.services.move import Move


def open_round(move: Move) -> None:
    """Begin a round; whoever left a phone may be rung from now on. Two queries. Source: R-144."""
    incident = move.incident
    VerdictRound.objects.create(
        incident=incident,
        number=1 + VerdictRound.objects.filter(incident_id=incident.pk).count(),
        organization=incident.owner_organization,
        opened_at=move.at,
        call_after=move.at if incident.reporter_phone_sealed else None,
    )


def close_round(move: Move, kind: Verdict | None) -> None:
    """End the round with the verdict, or without one; Invalid("reason_unknown") for a code not listed.

    Source: R-144, R-145.
    """
    codes = _codes(move.given.get("reason_codes") or ())
    answered = kind is not None
    VerdictRound.objects.filter(incident_id=move.incident.pk, closed_at=None).update(
        closed_at=move.at,
        kind=kind or "",
        reason_codes=codes if kind is Verdict.DISSATISFIED else [],
        note=move.story.note if answered else "",
        channel=_channel(move) if answered else "",
        judged_by_kind=str(move.actor.kind) if answered else "",
        judged_by_id=move.actor.user_id,
        call_after=None,
        claimed_by=None,
        claimed_until=None,
    )
    if codes and kind is Verdict.DISSATISFIED:
        move.story.data["reason_codes"] = codes


def _channel(move: Move) -> str:
    """Return how the reporter was heard: as named, else by the page they judged on themselves."""
    named = str(move.given.get("channel") or "")
    if named:
        return named[:20]
    if move.actor.kind is ActorKind.RESIDENT:
        return Channel.RESIDENT_WEB
    return str(move.incident.channel) if Party.REPORTER in move.standing.parties else ""


def _codes(given: Any) -> list[str]:
    wanted = [given] if isinstance(given, str) else [str(code) for code in given]
    if not wanted:
        return []
    known = set(VerdictReason.objects.filter(code__in=wanted).values_list("code", flat=True))
    if set(wanted) - known:
        raise Invalid("reason_unknown", _("Please choose reasons from the list."), field="reason_codes")
    return list(dict.fromkeys(wanted))
