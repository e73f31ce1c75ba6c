"""Statements that the server prepares once per connection, for paths that run thousands of times an hour.

Django's own cursors put parameters into the text, so that every plan fits its values; these leave it to the
server. Queries stay written as querysets, so that a rule is never repeated in SQL.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models import QuerySet

Argument = int | str | date
_BOUND_BY_SERVER: Any = ServerBindingCursor  # the stubs leave out that it takes the connection


@contextmanager
def prepared_cursor() -> Iterator[Any]:
    """Open a cursor whose statements are prepared; it counts, logs and fails like Django's own.

    Where the settings forbid preparing, as behind a pooler of transactions, it binds by the server only.
    """
    if connection.queries_logged:
        # The log takes a statement's text from the cursor, and one that runs prepared has none left.
        with connection.cursor() as cursor:
            yield cursor
        return
    connection.ensure_connection()
    with connection.make_cursor(_BOUND_BY_SERVER(connection.connection)) as cursor:
        yield cursor


class PreparedQuery:
    """A queryset of `values_list`, put into SQL once by the first call and only bound after that.

    `build` gets stand-ins of the same types as the arguments and must only pass them on to lookups.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *kinds: type[Argument]) -> None:
        self._build, self._kinds = build, kinds
        self._compiled: tuple[str, list[tuple[int | None, Any]]] | None = None

    def rows(self, *arguments: Argument) -> list[tuple[Any, ...]]:
        """Return the rows for these arguments; one query."""
        statement, slots = self._compiled or self._compile()
        bound = [
            constant if place is None else constant(arguments[place]) if constant else arguments[place]
            for place, constant in slots
        ]
        with prepared_cursor() as cursor:
            cursor.execute(statement, bound)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def _compile(self) -> tuple[str, list[tuple[int | None, Any]]]:
        stand_ins = [_stand_in(kind, place) for place, kind in enumerate(self._kinds)]
        statement, parameters = self._build(*stand_ins).query.sql_with_params()
        slots = [_slot(parameter, stand_ins) for parameter in parameters]
        missing = set(range(len(stand_ins))) - {place for place, _constant in slots}
        if missing:
            raise ValueError(f"arguments {sorted(missing)} do not appear in the query")
        self._compiled = statement, slots
        return self._compiled


def _stand_in(kind: type[Argument], place: int) -> Argument:
    """Return a value that no real query contains."""
    if kind is int:
        return 2**62 + place
    if kind is str:
        return f"\x01{place}"
    return date.min + timedelta(days=place)


def _slot(parameter: Any, stand_ins: Sequence[Argument]) -> tuple[int | None, Any]:
    """Return the argument's place with the wrapper that gives its width, or no place and the constant."""
    if parameter not in stand_ins:
        return None, parameter
    # Integers come wrapped by their column's width; bound without it, each width would be a plan of its own.
    return stand_ins.index(parameter), type(parameter) if isinstance(parameter, int) else None
