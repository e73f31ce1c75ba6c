"""/incidents/ledger/ — the long-term ledger: what was set aside, and when it has to be looked at again."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core import clock
from incidents.models import Suspension, SuspensionReview
from incidents.rules.permissions import APPROVE
from incidents.selectors.ledger import LEDGER_ORDER, ledger_for, ledger_shows
from incidents.views.staff.long_lists import long_context
from organizations.scopes import scope_of


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One line of the ledger with its last review; `days` until the next one, or how many it is `overdue`."""

    suspension: Suspension
    last: SuspensionReview | None
    reviews: int
    days: int
    overdue: int


@login_required
@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """Show the cases set aside, overdue reviews first."""
    context = long_context(request, ledger_for(request.user), ledger_shows(), LEDGER_ORDER, "ledger")
    context["rows"] = [_row(row) for row in context["rows"]]
    context["may_review"] = APPROVE in scope_of(request.user).permissions
    return render(request, "incidents/ledger.html", context)


def _row(suspension: Suspension) -> LedgerRow:
    reviews = list(suspension.reviews.all())
    days = (suspension.review_on - clock.today()).days
    last = reviews[0] if reviews else None
    return LedgerRow(suspension, last, len(reviews), max(days, 0), max(-days, 0))
