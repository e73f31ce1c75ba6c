"""Adding and renewing rows of reference data; what staff have edited stays as it is."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models


def merge_rows(model: type[models.Model], keys: tuple[str, ...], rows: Iterable[Mapping[str, Any]]) -> int:
    """Add missing rows and renew those nobody has edited; returns how many changed."""
    manager: Any = model._default_manager
    known = {tuple(getattr(row, key) for key in keys): row for row in manager.all()}
    fresh, changed = [], 0
    for values in rows:
        row = known.get(tuple(values[key] for key in keys))
        if row is None:
            fresh.append(model(**values))
            continue
        differing = [name for name, value in values.items() if getattr(row, name) != value]
        if row.edited_locally or not differing:
            continue
        for name in differing:
            setattr(row, name, values[name])
        row.save(update_fields=differing)
        changed += 1
    for each in fresh:
        each.clean_fields(exclude=["id"])
    manager.bulk_create(fresh)
    return changed + len(fresh)
