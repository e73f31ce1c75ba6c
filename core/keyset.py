"""Keyset pages: the same cost at any depth, stable while rows come and go.

The order is a fixed tuple of non-null columns ending in the primary key. A cursor is the last row's values,
signed so that nobody forges one; a cursor that does not verify starts at the beginning.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, Generic, TypeVar

from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Q, QuerySet
from django.utils.dateparse import parse_datetime

Row = TypeVar("Row", bound=Model)
_SALT = "gridgov.keyset"


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows of one page with the cursors around it; an empty cursor means there is nothing there."""

    rows: Sequence[Row]
    newer: str
    older: str


class _Encoder(DjangoJSONEncoder):
    """Keeps the microseconds, which Django cuts: rows of one millisecond would fall between two pages."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


class _Serializer:
    """JSON that also takes datetimes."""

    def dumps(self, value: Any) -> bytes:
        return json.dumps(value, cls=_Encoder, separators=(",", ":")).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


def paginate(queryset: QuerySet[Row], *, order: Sequence[str], cursor: str, size: int = 25) -> Page[Row]:
    """Return one page of the queryset in `order` (names as in order_by, a minus for descending).

    One query of size + 1 rows. The columns must not be null and the last must be unique.
    """
    position = _read(cursor, len(order))
    backwards = position is not None and position[0] == "newer"
    effective = [_flip(name) for name in order] if backwards else list(order)
    rows_wanted = queryset.order_by(*effective)
    if position is not None:
        rows_wanted = rows_wanted.filter(_beyond(effective, position[1]))
    rows = list(rows_wanted[: size + 1])
    has_more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    has_newer = has_more if backwards else position is not None
    has_older = bool(rows) and (True if backwards else has_more)
    return Page(
        rows=rows,
        newer=_write("newer", rows[0], order) if rows and has_newer else "",
        older=_write("older", rows[-1], order) if rows and has_older else "",
    )


def _flip(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Return rows strictly after the values: (a, b, c) > (x, y, z), each column in its own direction."""
    # Names only the order's own columns: of grouped rows any other would become one more column to group by.
    later: list[Q] = []
    equal = Q()
    for name, value in zip(order, values, strict=True):
        column = name.lstrip("-")
        operator = "lt" if name.startswith("-") else "gt"
        later.append(equal & Q(**{f"{column}__{operator}": value}))
        equal &= Q(**{column: value})
    first = order[0].lstrip("-")
    bound = "lte" if order[0].startswith("-") else "gte"
    # The plain bound on the first column is implied, but only it can be used as an index condition.
    return Q(**{f"{first}__{bound}": values[0]}) & reduce(or_, later)


def _write(direction: str, row: Model, order: Sequence[str]) -> str:
    values = [getattr(row, name.lstrip("-")) for name in order]
    return signing.dumps([direction, values], salt=_SALT, serializer=_Serializer)


def _read(cursor: str, length: int) -> tuple[str, list[Any]] | None:
    if not cursor:
        return None
    try:
        direction, values = signing.loads(cursor, salt=_SALT, serializer=_Serializer)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if len(values) != length:
        return None
    return direction, [_revive(value) for value in values]


def _revive(value: Any) -> Any:
    if isinstance(value, str):
        return parse_datetime(value) or value
    return value
