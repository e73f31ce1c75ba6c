"""Making a category secret, or open again, together with all its incidents."""

import structlog
from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Concat

from core.models import Notification
from incidents.models import Category, Incident

logger = structlog.get_logger(__name__)
# Filings in progress end first and new ones wait, so that none is written with what the category was before.
_NO_FILING = "LOCK TABLE incidents_incident IN SHARE ROW EXCLUSIVE MODE"


def category_save(category: Category) -> None:
    """Save a category; where it becomes secret or open, so do its incidents. Source: R-107.

    Messages already sent about them are withdrawn when it becomes secret or its roles change: inboxes would
    go on naming them. Must run inside a transaction; then locks the incidents against writing.
    """
    before = Category.objects.get(pk=category.pk)
    same = (before.is_secret, set(before.secret_roles)) == (category.is_secret, set(category.secret_roles))
    if same:
        category.save()
        return
    with connection.cursor() as cursor:
        cursor.execute(_NO_FILING)
    category.save()
    incidents = Incident.objects.filter(category=category)
    changed = incidents.exclude(is_secret=category.is_secret).update(is_secret=category.is_secret)
    if category.is_secret:
        pages = incidents.order_by().values_list(Concat(Value("/incidents/"), F("number"), Value("/")))
        Notification.objects.filter(url__in=pages).delete()
    logger.info("secrecy changed", category=category.code, secret=category.is_secret, count=changed)
