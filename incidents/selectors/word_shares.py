"""How common words are in the texts of this city: by the planner's own statistics, then by samples."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Q, QuerySet

from incidents.models import IncidentText

SAMPLE = 300

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


@dataclass(frozen=True, slots=True)
class Shares:
    """Which share of all texts holds a lexeme, how many texts lie within the units, and how many there are.

    Lexemes that the statistics leave out count as absent, because statistics keep what is common.
    """

    known: dict[str, float]
    rows: float
    total: float

    def of_pair(self, lexeme: str) -> float:
        """Return the share of one lexeme."""
        return self.known.get(lexeme, 0.0)

    def at_most(self, text: str, pairs: Sequence[str], places: Iterable[str]) -> float:
        """Return at most which share holds the word: a phrase is never more common than its rarest pair."""
        if pairs:
            words = min(map(self.of_pair, pairs))
        else:
            words = sum(
                share for lexeme, share in self.known.items() if lexeme.startswith(text) and len(lexeme) < 3
            )
        return min(1.0, words + sum(map(self.of_pair, places)))


def known_shares(lexemes: Sequence[str], single: Sequence[str], within: Sequence[str]) -> Shares:
    """Return what the statistics say of these lexemes and of those that begin with a character; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_STATISTICS, [[*lexemes, *within], list(single)])
        *found, (_none, total) = cursor.fetchall()
    known: dict[str, float] = dict(found)
    part = min(1.0, sum(known.get(unit, 0.0) for unit in within)) if within else 1.0
    return Shares(known, float(total) * part, float(total))


def recent_share(held: Q, newest: QuerySet[Any] | None) -> float:
    """Return which share fits of the newest texts, or of those of the newest incidents given. Two queries."""
    recent = Q(pk__gt=_newest() - SAMPLE) if newest is None else Q(pk__in=newest.values("pk")[:SAMPLE])
    return _share(IncidentText.objects.filter(recent), held)


def spread_share(held: Q) -> float:
    """Return which share fits of texts spread over all time. Two queries."""
    newest = _newest()
    # From the newest down: where there are few texts, a key chosen blindly may meet none of them.
    spread = list(range(newest, 0, -max(1, newest // SAMPLE)))
    return _share(IncidentText.objects.filter(pk__in=spread), held)


def _newest() -> int:
    newest: int | None = IncidentText.objects.aggregate(newest=Max("pk"))["newest"]
    return newest or 0


def _share(texts: QuerySet[Any], held: Q) -> float:
    counted = texts.aggregate(every=Count("pk"), held=Count("pk", filter=held))
    return float(counted["held"] / max(1, counted["every"]))
