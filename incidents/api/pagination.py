"""Keyset pages for the API: links to the pages around this one, and a count that costs little."""

from collections.abc import Mapping
from typing import Any

from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from core.keyset import Page, paginate
from incidents.selectors.lists import ORDERS, PAGE_SIZE

CURSOR = "cursor"
SIZE = "page_size"
MOST = 100
# Counting further than anybody reads would cost more than the page itself.
COUNT_UP_TO = 10_000


class KeysetPagination(BasePagination):
    """Pages by the last row seen; `sort` is one of the lists' own orders. Two queries a page."""

    _page: Page[Any]
    _count: int
    _url: str

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        """Return the rows the cursor points at."""
        query = request.query_params
        order = ORDERS["new" if query.get("sort") == "new" else "due"]
        self._count = queryset.order_by()[: COUNT_UP_TO + 1].count()
        self._page = paginate(queryset, order=order, cursor=query.get(CURSOR, ""), size=page_size(query))
        self._url = request.build_absolute_uri()
        return list(self._page.rows)

    def get_paginated_response(self, data: Any) -> Response:
        """Return the rows with the links around them."""
        return Response(
            {
                "count": min(self._count, COUNT_UP_TO),
                "count_is_capped": self._count > COUNT_UP_TO,
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
                "count": {"type": "integer", "maximum": COUNT_UP_TO},
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
            _parameter("sort", sort, "`due`: colour, then limit; `new`: newest first."),
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
