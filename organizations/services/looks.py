"""Watching who looks at personal data: how much, where they may not, and at night. Source: R-252."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, TextField, Value
from django.db.models.functions import Cast, Concat, TruncDate
from django.urls import reverse
from django.utils.timezone import make_aware

from core import clock
from core.models import AccessLog
from core.notifications import notify
from core.verification import Verdict, verify_chain
from organizations.choices import Role
from organizations.models import Membership, User

_NIGHT = Q(at__hour__gte=22) | Q(at__hour__lt=6)
# What the telephone desk is shown by itself when a call comes in says nothing about the operator.
_BY_ITSELF = Q(field="caller")


def security_administrators() -> frozenset[int]:
    """Return the user ids of the security administrators today; one query."""
    rows = Membership.objects.valid_on(clock.today()).filter(
        role=Role.SECURITY_ADMINISTRATOR, user__is_active=True
    )
    return frozenset(rows.values_list("user_id", flat=True))


def looks_watch() -> int:
    """Tell the security administrators of unusual looking today and yesterday; returns how many cases.

    Each person, day and kind is told once, however often this runs: yesterday is counted again for what was
    looked at after the last run. Two queries, and two for each case.
    """
    since = make_aware(datetime.combine(clock.today() - timedelta(days=1), time.min))
    subject = Concat("subject_type", Value(":"), Cast("subject_id", TextField()), output_field=TextField())
    counted: Iterable[Mapping[str, Any]] = (
        AccessLog.objects.filter(at__gte=since)
        .annotate(day=TruncDate("at"))
        .values("user_id", "day")
        .order_by("user_id", "day")
        .annotate(
            many=Count(subject, distinct=True, filter=Q(refused=False) & ~_BY_ITSELF),
            denied=Count("pk", filter=Q(refused=True)),
            night=Count(subject, distinct=True, filter=Q(refused=False) & ~_BY_ITSELF & _NIGHT),
        )
    )
    limits = settings.UNUSUAL_LOOKS
    cases = [
        (row["user_id"], row["day"], kind, row[kind])
        for row in counted
        for kind, limit in limits.items()
        if row[kind] > limit
    ]
    if cases:
        _tell(cases)
    return len(cases)


def access_log_check() -> Verdict:
    """Walk the chain of the access log, and tell the security administrators where it is broken."""
    verdict = verify_chain()
    if verdict.broken is not None:
        notify(
            security_administrators(),
            kind="access_log_broken",
            params={"sequence": verdict.sequence or 0},
            dedupe_key=f"access-log:{clock.today()}",
        )
    return verdict


def _tell(cases: Iterable[tuple[int, object, str, int]]) -> None:
    people = security_administrators()
    users = User.objects.in_bulk({user_id for user_id, *_rest in cases})
    for user_id, day, kind, count in cases:
        user = users[user_id]
        notify(
            people,
            kind=f"looks_{kind}",
            params={"who": str(user), "day": str(day), "count": count},
            dedupe_key=f"looks:{kind}:{user_id}:{day}",
            url=f"{reverse('admin:core_accesslog_changelist')}?q={user.username}",
        )
