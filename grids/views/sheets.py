"""The grids whose QR codes the person may print, each with the way to its sheet."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.keyset import paginate
from grids.selectors.codes import grids_to_print
from grids.services.qr import CHANGE
from organizations.scopes import scope_of


@login_required
@require_safe
def sheets(request: HttpRequest) -> HttpResponse:
    """Show the open grids in the order of their codes, narrowed by a word; four queries at any length."""
    if CHANGE not in scope_of(request.user).permissions:
        raise PermissionDenied
    sought = request.GET.get("q", "").strip()[:60]
    grids = grids_to_print(request.user, sought)
    page = paginate(grids, order=("code", "id"), cursor=request.GET.get("at", ""))
    context = {
        "q": sought,
        "rows": page.rows,
        "total": grids.order_by().count(),
        "newer_url": _link(sought, page.newer),
        "older_url": _link(sought, page.older),
    }
    return render(request, "grids/sheets.html", context)


def _link(sought: str, cursor: str) -> str:
    return f"?{urlencode({'q': sought, 'at': cursor})}" if cursor else ""
