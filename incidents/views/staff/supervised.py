"""/incidents/supervised/ — the cases under supervision: why, by whom, the answer and until when."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core import clock
from incidents.models import Supervision
from incidents.selectors import explain_reasons
from incidents.selectors.ledger import SUPERVISED_ORDER, supervised_for, supervised_shows
from incidents.views.staff.long_lists import long_context


@dataclass(frozen=True, slots=True)
class SupervisedRow:
    """One order of supervision, with its reasons in words."""

    order: Supervision
    reasons: list[str]


@login_required
@require_GET
def supervised(request: HttpRequest) -> HttpResponse:
    """Show the running orders of supervision, newest first."""
    rows = supervised_for(request.user)
    context = long_context(request, rows, supervised_shows(), SUPERVISED_ORDER, "supervised")
    context["rows"] = [SupervisedRow(row, explain_reasons(row.reasons)) for row in context["rows"]]
    context["now"] = clock.now()
    return render(request, "incidents/supervised.html", context)
