"""The long-term ledger of cases set aside, and the list of supervised ones, within the person's view."""

from datetime import timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core import clock
from incidents.models import Incident, Supervision, Suspension, SuspensionReview
from incidents.rules.states import OPEN_IN_ORDER
from incidents.rules.vocabulary import SuspensionKind
from incidents.selectors.named_parts import Show
from organizations.scopes import AnyUser

# Both orders end in the primary key and have no nulls, so that pages are keysets.
LEDGER_ORDER = ("review_on", "id")
SUPERVISED_ORDER = ("-ordered_at", "-id")
SOON = timedelta(days=7)

_OF_INCIDENT = (
    "incident__category",
    "incident__community",
    "incident__street",
    "incident__owner_organization",
)
_SEALED = ("incident__reporter_name_sealed", "incident__reporter_phone_sealed")


def ledger_for(user: AnyUser) -> QuerySet[Suspension]:
    """Return the cases set aside that the person sees, with what a row shows; two queries when read."""
    reviews = SuspensionReview.objects.select_related("by").order_by("-at", "-id")
    rows: Any = Suspension.objects.visible_to(user).filter(ended_at=None)
    found: QuerySet[Suspension] = (
        rows.select_related(*_OF_INCIDENT, "application", "application__asked_by")
        .defer(*_SEALED)
        .prefetch_related(Prefetch("reviews", queryset=reviews))
    )
    return found


def ledger_shows() -> list[Show]:
    """Return the parts of the ledger: overdue first, then what comes, then by cause."""
    today = clock.today()
    return [
        Show("overdue", _("Review overdue"), Q(review_on__lt=today)),
        Show("soon", _("Review within 7 days"), Q(review_on__range=(today, today + SOON))),
        Show("seasonal", _("Bound to the season"), Q(kind=SuspensionKind.SEASONAL)),
        Show("works", _("Waiting for works"), Q(kind=SuspensionKind.WORKS)),
    ]


def supervised_for(user: AnyUser) -> QuerySet[Supervision]:
    """Return the orders of supervision on open cases that the person sees; one query when read."""
    rows: Any = Supervision.objects.visible_to(user).filter(
        lifted_at=None, incident__state__in=[str(state) for state in OPEN_IN_ORDER]
    )
    found: QuerySet[Supervision] = rows.select_related(
        *_OF_INCIDENT, "ordered_by", "unit", "replied_by"
    ).defer(*_SEALED)
    return found


def supervised_shows() -> list[Show]:
    """Return the parts of the list of supervised cases."""
    now = clock.now()
    waiting = Q(replied_at=None)
    return [
        Show("late", _("Answer overdue"), waiting & Q(reply_until__lt=now)),
        Show("waiting", _("No answer yet"), waiting),
        Show("answered", _("Answered"), Q(replied_at__isnull=False)),
        Show("by_hand", _("Ordered by hand"), Q(ordered_by__isnull=False)),
    ]


def matching(text: str) -> Q:
    """Return the condition of a search by number, place or words of the case."""
    words = text.strip()[:60]
    if not words:
        return Q()
    found = Incident.objects.filter(
        Q(number__startswith=words) | Q(description__icontains=words) | Q(address__icontains=words)
    )
    return Q(incident_id__in=found.order_by().values("pk"))
