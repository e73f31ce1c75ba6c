"""Searching incidents by number, place or words, as Chinese is written: without spaces between words.

Two ways lead to the same rows, and how common the words are in this city decides which one is cheap: the
index of pairs of characters for what is rare, the list itself from its newest row for what is common.
Source: R-130 to R-134.
"""

import math
import re
import unicodedata
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from grids.models import Grid
from incidents.models import Incident, IncidentText
from incidents.querysets import IncidentQuerySet
from incidents.selectors.word_shares import expected_rows, sampled_shares
from organizations.choices import OrganizationKind
from organizations.models import Organization
from organizations.scopes import AnyUser, scope_of

MOST_WORDS = 6
# A name that more places bear is no name ("street", "community").
MOST_PLACES = 50
# The date is six digits; fewer would mean the numbers of months.
SHORTEST_NUMBER = 6
# A page is full after reading its rows / share of the list; sorting reads share * rows, again for the count.
# From sqrt(_EVEN * rows) expected rows on, the list is the shorter way.
_EVEN = 13
# From this share on, even a count is quicker along the list: of the whole table, or of a part by its index.
_EVERYWHERE, _EVERYWHERE_IN_PART = 0.02, 0.25
# A limit that is never reached: the planner must not turn the subquery inside out.
_FENCE = 100_000_000
_BLANKS = re.compile(r"[ \t\n\r\f\v]+")
_NUMBER = re.compile(rf"[0-9]{{{SHORTEST_NUMBER},}}")
_DIGIT = re.compile(r"[0-9]")
_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


class Search(NamedTuple):
    """The condition for reading a page, newest first, and the one for counting; both mean the same rows."""

    rows: Q
    counted: Q


@dataclass(frozen=True, slots=True)
class Word:
    """One word as it is spelt in the index, and the places that bear it in their name."""

    text: str
    places: tuple[str, ...] = ()

    @property
    def pairs(self) -> tuple[str, ...]:
        """Return all pairs of neighbouring characters; none for a single character."""
        return tuple(dict.fromkeys(a + b for a, b in zip(self.text, self.text[1:], strict=False)))

    def asked(self) -> str:
        """Return the word's part of a tsquery."""
        found = " & ".join(map(_quoted, self.pairs)) if self.pairs else f"{_quoted(self.text)}:*"
        return "(" + " | ".join([f"({found})", *map(_quoted, self.places)]) + ")"

    def held(self) -> Q:
        """Return the condition on a text that settles it; the index only says what may fit."""
        held = Q(GreaterThan(StrIndex(F("body"), Value(self.text)), Value(0)))
        return held | Q(units__overlap=list(self.places)) if self.places else held


def plain(text: str) -> str:
    """Return the text as `incident_plain` spells it in the database: full width as half, no capitals."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", text).translate(_LOWER)).strip(" ")


def search(text: str, user: AnyUser) -> Search:
    """Return the conditions for what somebody typed, which only narrow what `visible_to` gave.

    Three queries, five where the words are common. Source: R-130 to R-134.
    """
    texts = list(dict.fromkeys(one for one in plain(text).split(" ") if one))[:MOST_WORDS]
    if not texts:
        return Search(Q(), Q())
    words = _with_places(texts)
    units = IncidentQuerySet.units_seen(user)
    within = () if units is None else tuple(f"org:{pk}" for pk in sorted(units))
    held = Q()
    for word in words:
        held &= word.held()
    asked = " & ".join([*(word.asked() for word in words), *_either(within)])
    indexed: Any = IncidentText.objects.filter(_holds(asked), held).values("incident_id")
    numbers = _numbered(text, texts)
    everywhere = _common_share(words, within, held, listed=not scope_of(user).department_ids)
    if everywhere is None:
        fenced = _or_numbered(indexed[:_FENCE], numbers)
        return Search(fenced, fenced)
    walked = Q(Exists(IncidentText.objects.filter(held, incident=OuterRef("pk"))))
    if numbers is not None:
        walked |= numbers
    counted_along = everywhere >= (_EVERYWHERE_IN_PART if within else _EVERYWHERE)
    return Search(walked, walked if counted_along else _or_numbered(indexed, numbers))


def _numbered(text: str, texts: list[str]) -> Q | None:
    """Return the condition on numbers: the beginning of one of ours, or another system's whole one.

    None for words without a digit, which need no second way to their rows.
    """
    if not _DIGIT.search("".join(texts)):
        return None
    typed = text.strip()
    found = Q(external_number__in=sorted({typed, unicodedata.normalize("NFKC", typed)}))
    if len(texts) == 1 and _NUMBER.fullmatch(texts[0]):
        found |= Q(number__startswith=texts[0])
    return found


def _common_share(words: list[Word], within: tuple[str, ...], held: Q, *, listed: bool) -> float | None:
    """Return the share of texts that fit where the list should be read from its newest row, else None.

    `listed`: an index lists the person's part by date; otherwise all rows are read on the way.
    """
    parts = [(word.text, word.pairs, word.places) for word in words]
    expected, rows, total = expected_rows(parts, within)
    enough = _sorted_at_most(rows if listed else total)
    if expected <= enough:
        return None
    recent, everywhere = sampled_shares(held)
    return everywhere if min(recent, everywhere) * rows > enough else None


def _sorted_at_most(rows: float) -> float:
    return math.sqrt(_EVEN * rows)


def _with_places(texts: list[str]) -> list[Word]:
    named = Q(pk__in=[])
    for text in texts:
        if len(text) > 1:
            named |= Q(name__icontains=text)
    areas = Organization.objects.filter(named, kind__in=(OrganizationKind.STREET, OrganizationKind.COMMUNITY))
    found = [(f"org:{pk}", name) for pk, name in areas.order_by("pk").values_list("pk", "name")]
    found += [(f"grid:{pk}", name) for pk, name in _grids(named)]
    return [Word(text, _places(text, found)) for text in texts]


def _grids(named: Q) -> list[tuple[int, str]]:
    """Return the grids of that name and those below them, two tiers at most, which the name means too."""
    rows = Grid.objects.filter(named).order_by("pk")
    found = []
    for pk, name, child, grandchild in rows.values_list(
        "pk", "name", "children__pk", "children__children__pk"
    ):
        found += [(one, name) for one in (pk, child, grandchild) if one is not None]
    return list(dict.fromkeys(found))


def _places(text: str, found: list[tuple[str, str]]) -> tuple[str, ...]:
    bearing = tuple(unit for unit, name in found if len(text) > 1 and text in plain(name))
    return bearing if len(bearing) <= MOST_PLACES else ()


def _holds(asked: str) -> Any:
    tokens = Func(F("body"), F("units"), function="incident_tokens")
    return Func(
        tokens,
        Value(asked),
        template="(%(expressions)s::tsquery)",
        arg_joiner=" @@ ",
        output_field=BooleanField(),
    )


def _or_numbered(texts: QuerySet[Any], numbers: Q | None) -> Q:
    if numbers is None:
        return Q(pk__in=texts)
    numbered: Any = Incident.objects.filter(numbers).order_by().values("pk")
    return Q(pk__in=texts.union(numbered))


def _either(lexemes: tuple[str, ...]) -> list[str]:
    return [f"({' | '.join(map(_quoted, lexemes))})"] if lexemes else []


def _quoted(lexeme: str) -> str:
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
