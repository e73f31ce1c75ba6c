"""What the lists of incidents share: chips of the named parts, and one page of rows."""

from collections.abc import Iterable, Mapping

from django.db.models import QuerySet
from django.http import QueryDict

from core.keyset import Page, paginate
from core.listing import CURSOR, Chip, link
from incidents.models import Incident
from incidents.selectors.lists import ORDERS, PAGE_SIZE
from incidents.selectors.named_parts import Show


def show_chips(
    query: QueryDict, shows: Iterable[Show], counts: Mapping[str, int], active: str, *, toggles: bool = False
) -> list[Chip]:
    """Return the chips of the named parts; `toggles`: pressing the active one takes it away."""
    return [
        Chip(
            link(query, show=None if toggles and show.key == active else show.key),
            show.label,
            show.key == active,
            counts[show.key],
        )
        for show in shows
    ]


def page_of(incidents: QuerySet[Incident], query: QueryDict, order: str) -> Page[Incident]:
    """Return the page of rows that the address points at."""
    return paginate(incidents, order=ORDERS[order], cursor=query.get(CURSOR, ""), size=PAGE_SIZE)
