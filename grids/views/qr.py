"""The sheet of a grid's QR codes, to be printed and put up, with what replaces and blocks them."""

from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from core.actor import Actor
from core.errors import Missing
from grids.models import Grid, QRCode
from grids.policies import find_grid
from grids.selectors.codes import CodedPlace, coded_places
from grids.services.qr import CHANGE, qr_issue_all, qr_revoke, qr_rotate, token_for
from organizations.models import User


@login_required
@require_safe
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """Show the codes of a grid and its buildings for printing, and which places still lack one."""
    grid = _grid(request, code)
    places = coded_places(grid)
    context = {
        "grid": grid,
        "cards": [_card(request, place) for place in places if place.code],
        "missing": [place.name for place in places if place.code is None],
    }
    return render(request, "grids/qr_sheet.html", context)


@login_required
@require_POST
def issue(request: HttpRequest, code: str) -> HttpResponse:
    """Make the codes that are missing."""
    made = qr_issue_all(actor=_actor(request), grid_id=_grid(request, code).pk)
    messages.success(
        request, ngettext("%(count)d code was made.", "%(count)d codes were made.", made) % {"count": made}
    )
    return redirect("qr-sheet", code=code)


@login_required
@require_POST
def rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """Replace a code; its prints stop working."""
    changed = qr_rotate(actor=_actor(request), qr_id=pk)
    messages.success(
        request, _("The code was replaced. Print it and put it up: the old one no longer works.")
    )
    return _back(changed)


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Block a code for good."""
    changed = qr_revoke(actor=_actor(request), qr_id=pk)
    messages.success(request, _("The code was blocked. Take the print down."))
    return _back(changed)


def _actor(request: HttpRequest) -> Actor:
    user = request.user
    if not isinstance(user, User):
        raise TypeError("only signed-in people reach these pages")
    return Actor.of(user)


def _grid(request: HttpRequest, code: str) -> Grid:
    pk = Grid.objects.filter(code=code).values_list("pk", flat=True).first()
    if pk is None:
        raise Missing("grid_missing", _("There is no such grid, or you cannot see it."))
    return find_grid(_actor(request), pk, permission=CHANGE)


def _back(code: QRCode) -> HttpResponse:
    return redirect("qr-sheet", code=code.grid.code)


def _card(request: HttpRequest, place: CodedPlace) -> dict[str, Any]:
    if place.code is None:
        raise ValueError("a place without a code has no card")
    address = request.build_absolute_uri(reverse("q", args=[token_for(place.code)]))
    # Error level Q: a quarter of the print may be dirty or torn.
    picture = segno.make_qr(address, error="q").svg_data_uri(scale=4, border=2, dark="black", light="white")
    return {"place": place.name, "picture": picture, "address": address, "code": place.code}
