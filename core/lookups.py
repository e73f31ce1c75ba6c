"""Lookups that Django lacks."""

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    BaseLookup = models.Lookup[Any]
else:
    BaseLookup = models.Lookup


@models.BigAutoField.register_lookup
class AnyOf(BaseLookup):
    """`column = ANY(array)`; used by `any_of`."""

    lookup_name = "any_of"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Return the condition."""
        column, column_params = self.process_lhs(compiler, connection)
        array, array_params = self.process_rhs(compiler, connection)
        return f"{column} = ANY({array})", (*column_params, *array_params)


def any_of(rows: "QuerySet[Any, Any]") -> Q:
    """Return the condition that the primary key is among these values; `rows` yields one column.

    Like `pk__in`, with the subquery run once before the search: beside an OR, PostgreSQL reads
    `IN (subquery)` row by row, while an array is looked up in the index.
    """
    return Q(pk__any_of=ArraySubquery(rows))
