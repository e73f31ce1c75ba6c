"""What the pages with lists share: links that keep the rest of the address, chips, and one page of rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise

from core.keyset import Page, paginate
from incidents.models import Incident
from incidents.selectors.lists import ORDERS, PAGE_SIZE
from incidents.selectors.named_parts import Show

CURSOR = "after"


@dataclass(frozen=True, slots=True)
class Chip:
    """One link of a row of filters."""

    url: str
    label: str | Promise
    active: bool
    count: int | None = None


def link(query: QueryDict, **changes: str | None) -> str:
    """Return the address with these parameters changed (None or empty: removed), back on the first page."""
    changed = query.copy()
    changed.pop(CURSOR, None)
    for name, value in changes.items():
        if value:
            changed[name] = value
        else:
            changed.pop(name, None)
    return f"?{changed.urlencode()}"


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


def value_chips(query: QueryDict, name: str, values: Iterable[tuple[str, Any]]) -> list[Chip]:
    """Return chips that set one parameter; pressing the active one takes it away."""
    chosen = query.get(name, "")
    return [
        Chip(link(query, **{name: None if value == chosen else value}), label, value == chosen)
        for value, label in values
    ]


def page_of(incidents: QuerySet[Incident], query: QueryDict, order: str) -> Page[Incident]:
    """Return the page of rows that the address points at."""
    return paginate(incidents, order=ORDERS[order], cursor=query.get(CURSOR, ""), size=PAGE_SIZE)


def page_links(page: Page[Any], query: QueryDict) -> dict[str, str]:
    """Return `newer_url` and `older_url`, empty where there is no such page."""
    return {
        "newer_url": cursor_link(query, page.newer),
        "older_url": cursor_link(query, page.older),
    }


def kept(query: QueryDict, names: Sequence[str]) -> list[tuple[str, str]]:
    """Return what a search form must carry along as hidden fields."""
    return [(name, str(query[name])) for name in names if query.get(name)]


def cursor_link(query: QueryDict, cursor: str) -> str:
    """Return the address of the page a cursor points at; empty without one."""
    if not cursor:
        return ""
    changed = query.copy()
    changed[CURSOR] = cursor
    return f"?{changed.urlencode()}"
