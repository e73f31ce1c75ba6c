"""What pages with lists share: links that keep the rest of the address, chips, the ways to other pages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise

from core.keyset import Page

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


def value_chips(query: QueryDict, name: str, values: Iterable[tuple[str, Any]]) -> list[Chip]:
    """Return chips that set one parameter; pressing the active one takes it away."""
    chosen = query.get(name, "")
    return [
        Chip(link(query, **{name: None if value == chosen else value}), label, value == chosen)
        for value, label in values
    ]


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
