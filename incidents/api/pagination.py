"""Keyset pages for the API: links to the pages around this one, and a count that costs little."""

from collections.abc import Mapping
from typing import Any

from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from core.keyset import Page, paginate
from incidents.filters import COUNT_UP_TO, FINDS_COUNTED, IncidentFilter, Total
from incidents.selectors.lists import ORDERS, PAGE_SIZE

CURSOR = "cursor"
SIZE = "page_size"
MOST = 100


class KeysetPagination(BasePagination):
    """Pages by the last row seen; `sort` is one of the lists' own orders. Two queries a page.

    What is searched or closed is read newest first, because no other order of it has an index.
    """

    filters: IncidentFilter
    _page: Page[Any]
    _total: Total
    _url: str

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        """Return the rows the cursor points at."""
        query = request.query_params
        order = ORDERS["new" if query.get("sort") == "new" or self.filters.newest_first else "due"]
        self._total = self.filters.total(queryset.prefetch_related(None))
        rows = self.filters.apply(queryset)
        self._page = paginate(rows, order=order, cursor=query.get(CURSOR, ""), size=page_size(query))
        self._url = request.build_absolute_uri()
        return list(self._page.rows)

    def get_paginated_response(self, data: Any) -> Response:
        """Return the rows with the links around them."""
        return Response(
            {
                "count": self._total.number,
                "count_is_capped": self._total.is_capped,
                "next": self._link(self._page.older),
                "previous": self._link(self._page.newer),
                "results": data,
            }
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe the page."""
        link = {"type": "string", "nullable": True, "format": "uri"}
        return {
            "type": "object",
            "required": ["count", "count_is_capped", "next", "previous", "results"],
            "properties": {
                "count": {
                    "type": "integer",
                    "description": f"Exact for open work; finds stop at {FINDS_COUNTED}, else {COUNT_UP_TO}.",
                },
                "count_is_capped": {"type": "boolean"},
                "next": link,
                "previous": link,
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Describe the parameters."""
        size = {"type": "integer", "minimum": 1, "maximum": MOST, "default": PAGE_SIZE}
        sort = {"type": "string", "enum": ["due", "new"], "default": "due"}
        return [
            _parameter(CURSOR, {"type": "string"}, "Where to go on; taken from `next` or `previous`."),
            _parameter(SIZE, size, "Rows a page."),
            _parameter("sort", sort, "`due`: colour, then limit, for open work only; `new`: newest first."),
        ]

    def _link(self, cursor: str) -> str | None:
        return cursor_link(self._url, cursor)


def cursor_link(url: str, cursor: str) -> str | None:
    """Return the address with this cursor; None without one."""
    return replace_query_param(url, CURSOR, cursor) if cursor else None


def page_size(query: Mapping[str, str]) -> int:
    """Return the rows a page that are asked for, within what is allowed."""
    given = query.get(SIZE, "")
    return min(max(int(given), 1), MOST) if given.isdecimal() and len(given) < 6 else PAGE_SIZE


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}
