"""Which reporters are to be rung, which rounds there were, and the round behind a one-time link."""

from typing import Any

from django.db.models import Q, QuerySet

from core import clock
from incidents.links import round_of_token
from incidents.models import Incident, VerdictReason, VerdictRound
from incidents.rules.vocabulary import State
from incidents.rules.workflow import VERIFY
from organizations.scopes import AnyUser, scope_of

# Whoever has waited longest is rung first.
ORDER = ("opened_at", "id")
_PARTS = ("incident__category", "incident__community", "incident__street", "incident__grid", "claimed_by")


def may_call_back(user: AnyUser) -> bool:
    """Return whether the person works at the telephone desk somewhere."""
    return VERIFY in scope_of(user).permissions


def rounds_to_call(user: AnyUser, *, later: bool = False) -> QuerySet[VerdictRound]:
    """Return the open rounds the person may ring now, or with `later` those to be rung again after a while.

    Within their view and their posts that may verify; one query when read.
    """
    now = clock.now()
    when = Q(call_after__gt=now) if later else Q(call_after__lte=now)
    rows = VerdictRound.objects.filter(when, incident__state=State.CALLBACK)
    return rows.filter(_of(user)).select_related(*_PARTS)


def count_to_call(user: AnyUser) -> int:
    """Return how many are to be rung now; one query."""
    return rounds_to_call(user).order_by().count()


def rounds_of(incident: Incident) -> list[VerdictRound]:
    """Return every time the reporter was asked, with the calls; two queries."""
    rows = VerdictRound.objects.filter(incident_id=incident.pk).select_related("judged_by", "claimed_by")
    return list(rows.prefetch_related("calls__user").order_by("number"))


def open_round(incident: Incident) -> VerdictRound | None:
    """Return the round that waits for an answer, if any; one query."""
    return VerdictRound.objects.filter(incident_id=incident.pk, closed_at=None).first()


def round_behind(token: str) -> VerdictRound | None:
    """Return the round of a one-time link, answered or not, with its incident; None for a bad link."""
    round_id = round_of_token(token)
    if round_id is None:
        return None
    parts = ("incident__category", "incident__community", "incident__grid", "incident__owner_organization")
    return VerdictRound.objects.select_related(*parts).filter(pk=round_id).first()


def verdict_reasons() -> list[VerdictReason]:
    """Return the reasons to tick, in their order; one query."""
    return list(VerdictReason.objects.filter(is_active=True))


def reason_names(codes: Any) -> list[str]:
    """Return the names of ticked reasons, also of those no longer in use; at most one query."""
    wanted = list(codes)
    if not wanted:
        return []
    names = dict(VerdictReason.objects.filter(code__in=wanted).values_list("code", "name"))
    return [names.get(code, code) for code in wanted]


def _of(user: AnyUser) -> Q:
    scope = scope_of(user)
    if scope.holds_in_city(VERIFY):
        units = Q()
    else:
        posts = frozenset(post.organization_id for post in scope.posts if VERIFY in post.permissions)
        units = Q(incident__street_id__in=posts) | Q(incident__community_id__in=posts)
    seen: Any = Incident.objects.visible_to(user).filter(state=State.CALLBACK)
    return units & Q(incident__in=seen.values("pk"))
