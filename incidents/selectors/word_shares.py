"""How common words are in the texts of this city: by the planner's own statistics, then by samples."""

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Count, Max, Q

from incidents.models import IncidentText

SAMPLE = 600
# (the word, its pairs of characters, the places that bear it)
WordParts = tuple[str, Sequence[str], Sequence[str]]

# What the last ANALYZE kept of the commonest lexemes, and how many rows there were.
_STATISTICS = """
SELECT element, frequency
FROM pg_stats s, ROWS FROM (unnest(s.most_common_elems::text::text[]), unnest(s.most_common_elem_freqs))
    AS kept (element, frequency)
WHERE s.schemaname = current_schema() AND s.tablename = 'incident_text_tokens'
  AND (element = ANY(%s) OR (left(element, 1) = ANY(%s) AND length(element) < 3))
UNION ALL
SELECT NULL, greatest(reltuples, 0) FROM pg_class WHERE oid = 'incidents_incidenttext'::regclass
"""


def expected_rows(words: Sequence[WordParts], within: Sequence[str]) -> tuple[float, float, float]:
    """Return at most how many texts hold the words within the units, how many the units have, and all texts.

    An upper bound: a phrase is never more common than its rarest pair. One query. Unknown lexemes count as
    absent, because statistics keep what is common.
    """
    whole = [lexeme for _text, pairs, places in words for lexeme in (*pairs, *places)]
    single = [text for text, pairs, _places in words if not pairs]
    with connection.cursor() as cursor:
        cursor.execute(_STATISTICS, [[*whole, *within], single])
        *found, (_none, total) = cursor.fetchall()
    known: dict[str, float] = dict(found)
    rows = float(total) * (min(1.0, _sum(known, within)) if within else 1.0)
    return min((_share(known, *word) for word in words), default=0.0) * rows, rows, float(total)


def sampled_shares(held: Q) -> tuple[float, float]:
    """Return which share of the newest texts fits, and which of texts spread over all time. Two queries."""
    newest = IncidentText.objects.aggregate(newest=Max("pk"))["newest"] or 0
    recent = Q(pk__gt=newest - SAMPLE)
    spread = Q(pk__in=list(range(1, newest + 1, max(1, newest // SAMPLE))))
    counted = IncidentText.objects.filter(recent | spread).aggregate(
        recent=Count("pk", filter=recent),
        recent_held=Count("pk", filter=recent & held),
        spread=Count("pk", filter=spread),
        spread_held=Count("pk", filter=spread & held),
    )
    return (
        counted["recent_held"] / max(1, counted["recent"]),
        counted["spread_held"] / max(1, counted["spread"]),
    )


def _share(known: dict[str, float], text: str, pairs: Sequence[str], places: Sequence[str]) -> float:
    if pairs:
        words = min(known.get(pair, 0.0) for pair in pairs)
    else:
        words = sum(share for lexeme, share in known.items() if lexeme.startswith(text) and len(lexeme) < 3)
    return min(1.0, words + _sum(known, places))


def _sum(known: dict[str, float], lexemes: Iterable[str]) -> float:
    return sum(known.get(lexeme, 0.0) for lexeme in lexemes)
