"""What the pages of approvals, of the ledger and of supervised cases share: tabs, chips, a search."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.keyset import paginate
from core.listing import CURSOR, Chip, kept, page_links
from incidents.selectors.ledger import matching
from incidents.selectors.named_parts import Show
from incidents.views.staff.listing import show_chips

SIZE = 25


def long_tabs(here: str) -> list[Chip]:
    """Return the tabs that lead from one of these pages to the others."""
    pages = (
        ("approvals", _("To decide")),
        ("ledger", _("Long-term ledger")),
        ("supervised", _("Supervised cases")),
    )
    return [Chip(reverse(name), label, name == here) for name, label in pages]


def narrowed(request: HttpRequest, rows: QuerySet[Any], shows: Iterable[Show]) -> tuple[QuerySet[Any], str]:
    """Return the rows that fit the address, and which part is chosen."""
    chosen = next((show for show in shows if show.key == request.GET.get("show")), None)
    found = rows.filter(matching(request.GET.get("q", "")))
    return (found.filter(chosen.condition), chosen.key) if chosen else (found, "")


def long_context(
    request: HttpRequest, rows: QuerySet[Any], shows: list[Show], order: tuple[str, ...], here: str
) -> dict[str, Any]:
    """Return a page of rows with its chips, counts and links; two queries beside those of the rows."""
    counts = _counts(rows, shows)
    found, chosen = narrowed(request, rows, shows)
    page = paginate(found, order=order, cursor=request.GET.get(CURSOR, ""), size=SIZE)
    return {
        "rows": page.rows,
        "total": counts.pop("every"),
        "tabs": long_tabs(here),
        "chips": show_chips(request.GET, shows, counts, chosen, toggles=True),
        "narrowed": bool(chosen or request.GET.get("q", "").strip()),
        "query": request.GET.get("q", "")[:60],
        "keep": kept(request.GET, ("show",)),
        "back": request.get_full_path(),
        **page_links(page, request.GET),
    }


def _counts(rows: QuerySet[Any], shows: Iterable[Show]) -> dict[str, int]:
    wanted = {show.key: Count("pk", filter=show.condition) for show in shows}
    counted = rows.order_by().aggregate(every=Count("pk", filter=Q()), **wanted)
    return {name: int(value) for name, value in counted.items()}
