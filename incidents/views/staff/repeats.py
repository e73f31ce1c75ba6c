"""/repeats/ — places with the same trouble again and again, and the cases behind each figure."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from core import clock
from core.keyset import paginate
from core.listing import CURSOR, Chip, link, page_links
from incidents.models import Category
from incidents.selectors.lists import PAGE_SIZE, incidents_for, rows_of
from incidents.selectors.repeats import KINDS, ORDER, PERIODS, Wanted, cases_behind, repeats_for
from incidents.views.staff.listing import page_of

_LONGEST = 200


@login_required
@require_GET
def repeats(request: HttpRequest) -> HttpResponse:
    """Show places by how often the same kind of matter was reported there."""
    wanted = Wanted.read(request.GET)
    found: Any = repeats_for(request.user, wanted)
    page = paginate(found, order=ORDER, cursor=request.GET.get(CURSOR, ""), size=PAGE_SIZE)
    context = {
        "wanted": wanted,
        "rows": [(row, _behind(wanted, row)) for row in page.rows],
        "kind_chips": [
            Chip(link(request.GET, by=kind.key), kind.label, kind is wanted.kind) for kind in KINDS.values()
        ],
        "period_chips": [
            Chip(link(request.GET, days=str(days)), days_words(days), days == wanted.days) for days in PERIODS
        ],
        "categories": Category.objects.filter(neighbours_may_join=True, is_active=True).order_by("code"),
        **page_links(page, request.GET),
    }
    return render(request, "incidents/repeats.html", context)


@login_required
@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """Show the incidents behind one figure, newest first."""
    wanted = Wanted.read(request.GET)
    community = request.GET.get("community", "")
    place = request.GET.get("place", "")[:_LONGEST]
    seen = incidents_for(request.user)
    behind = cases_behind(
        seen,
        request.user,
        wanted,
        place,
        int(community) if community.isascii() and community.isdigit() and len(community) < 19 else None,
    )
    page = page_of(behind, request.GET, "new")
    back = {"by": wanted.kind.key, "days": str(wanted.days)}
    context = {
        "now": clock.now(),
        "rows": rows_of(page.rows, request.user),
        "title": request.GET.get("name", "")[:_LONGEST] or _("Cases at one place"),
        "list_url": f"{reverse('repeats')}?{urlencode(back)}",
        "back": request.get_full_path(),
        **page_links(page, request.GET),
    }
    return render(request, "incidents/repeat_cases.html", context)


def days_words(days: int) -> str:
    """Return a period in words."""
    return ngettext("last %(days)s day", "last %(days)s days", days) % {"days": days}


def _behind(wanted: Wanted, row: Any) -> str:
    query = {
        "by": wanted.kind.key,
        "days": wanted.days,
        "place": row.place_key,
        "community": row.community_id or "",
        "category": row.category_code,
        "name": f"{row.community_name or ''} {row.place_name} · {row.category_name}".strip(),
    }
    return f"{reverse('repeat-cases')}?{urlencode(query)}"
