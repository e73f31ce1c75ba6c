"""Neighbouring characters of a text, for finding it by any part of two characters or more."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, TextField

# Immutable, so that an index can stand on it; `substring` counts characters, also beyond the basic plane.
PAIRS_FUNCTION = """
CREATE FUNCTION text_pairs(body text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT substring(body FROM place FOR 2)), '{}')
    FROM generate_series(1, char_length(body) - 1) AS place
$$
"""


class TextPairs(Func):
    """All pairs of neighbouring characters of a column, as an array; none for a single character."""

    function = "text_pairs"
    output_field: Any = ArrayField(TextField())
    arity = 1


def pairs_of(text: str) -> list[str]:
    """Return the same pairs in Python."""
    return sorted({text[place : place + 2] for place in range(len(text) - 1)})
