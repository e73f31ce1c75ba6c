"""Which columns hold encrypted values: every app registers its own, and rotate_keys goes through them all."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db.models import Model


@dataclass(frozen=True, slots=True, order=True)
class SealedColumn:
    """A text column of values of core.crypto; `field` is the name that is authenticated with each value.

    `inside` are keys of the sealed JSON object that hold sealed values themselves, each with its field.
    """

    model: str
    column: str
    field: str
    inside: tuple[tuple[str, str], ...] = ()


_columns: set[SealedColumn] = set()


def register_sealed(
    model: str, fields: Mapping[str, str], *, inside: Mapping[str, str] | None = None
) -> None:
    """Declare sealed columns of a model by its label: column name → name of the field in encrypt()."""
    within = tuple((inside or {}).items())
    _columns.update(SealedColumn(model, column, field, within) for column, field in fields.items())


def sealed_columns() -> list[tuple[type[Model], list[SealedColumn]]]:
    """Return every model with its sealed columns, in a fixed order."""
    grouped = groupby(sorted(_columns), key=lambda each: each.model)
    found: list[tuple[Any, list[SealedColumn]]] = [
        (apps.get_model(label), list(columns)) for label, columns in grouped
    ]
    return found
