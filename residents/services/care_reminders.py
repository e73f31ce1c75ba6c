"""Telling the staff of communities that care tags are due for review, once a day for each community."""

from collections import defaultdict

from django.db import transaction
from django.db.models import Count
from django.urls import reverse

from core import clock
from core.notifications import notify
from organizations.choices import Role
from organizations.models import Membership
from residents.models import PersonTag


def reviews_remind() -> int:
    """Put one message for each community with reviews due into the inboxes of its staff; returns how many.

    It says how many, never whose or which. Harmless to repeat on a day. Source: R-241.
    """
    today = clock.today()
    due = PersonTag.objects.review_due(today).order_by()
    counts = dict(due.values_list("person__community_id").annotate(number=Count("pk")))
    if not counts:
        return 0
    staff = defaultdict(set)
    posts = Membership.objects.valid_on(today).filter(role=Role.COMMUNITY_STAFF, user__is_active=True)
    for organization_id, user_id in posts.filter(organization_id__in=counts).values_list(
        "organization_id", "user_id"
    ):
        staff[organization_id].add(user_id)
    for community_id, user_ids in staff.items():
        with transaction.atomic():
            notify(
                user_ids,
                kind="care_reviews_due",
                params={"count": counts[community_id]},
                dedupe_key=f"care-reviews:{community_id}:{today}",
                url=reverse("residents:care-reviews"),
            )
    return len(staff)
