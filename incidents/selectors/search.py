"""Searching incidents by number, place or words, as Chinese is written: without spaces between words.

Two ways lead to the same rows, and how common the words are in this city decides which one is cheap: the
index of pairs of characters for what is rare, the list itself from its newest row for what is common.
Source: R-130 to R-134.
"""

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from grids.models import Grid
from incidents.models import Incident, IncidentText
from incidents.querysets import IncidentQuerySet
from incidents.selectors.word_shares import Shares, known_shares, recent_share, spread_share
from organizations.choices import OrganizationKind
from organizations.models import Organization
from organizations.scopes import AnyUser, scope_of

MOST_WORDS = 6
# A name that more places bear is no name ("street", "community").
MOST_PLACES = 50
# The date is six digits; fewer would mean the numbers of months.
SHORTEST_NUMBER = 6
# A page is full after reading its rows / share of the list; sorting reads share * rows.
# From sqrt(_EVEN * rows) expected rows on, the list is the shorter way.
_EVEN = 19
# From this share on, even a count is quicker along the list: of all, or of a part by its index.
_EVERYWHERE, _EVERYWHERE_IN_PART = 0.03, 0.25
# The index reads a list for every pair it is asked; what a few rare ones leave is settled by the text.
_MOST_PAIRS, _FEW_ROWS, _SAME_SHARE = 4, 200, 0.02
# Rare rows are fetched once for page and count; more of them would make the statements too long.
MOST_FETCHED = 6_000
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

    def asked(self, shares: Shares) -> str:
        """Return the word's part of a tsquery: a few of its pairs, the rarest ones, suffice."""
        pairs = self._rarest(shares)
        found = " & ".join(map(_quoted, pairs)) if pairs else f"{_quoted(self.text)}:*"
        return "(" + " | ".join([f"({found})", *map(_quoted, self.places)]) + ")"

    def _rarest(self, shares: Shares) -> list[str]:
        # Pairs of one share are parts of one word: where the one stands, so does the other.
        chosen: list[str] = []
        expected = shares.rows
        for pair in sorted(self.pairs, key=shares.of_pair):
            if len(chosen) == _MOST_PAIRS or (chosen and expected < _FEW_ROWS):
                break
            share = shares.of_pair(pair)
            if not any(math.isclose(share, shares.of_pair(other), rel_tol=_SAME_SHARE) for other in chosen):
                chosen.append(pair)
                expected *= share
        return chosen

    def held(self) -> Q:
        """Return the condition on a text that settles it; the index only says what may fit."""
        held = Q(GreaterThan(StrIndex(F("body"), Value(self.text)), Value(0)))
        return held | Q(units__overlap=list(self.places)) if self.places else held


def plain(text: str) -> str:
    """Return the text as `incident_plain` spells it in the database: full width as half, no capitals."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", text).translate(_LOWER)).strip(" ")


def search(text: str, user: AnyUser) -> Search:
    """Return the conditions for what somebody typed, which only narrow what `visible_to` gave.

    Four queries where the words are rare, of which one fetches the rows, else seven. Source: R-130 to R-134.
    """
    texts = list(dict.fromkeys(one for one in plain(text).split(" ") if one))[:MOST_WORDS]
    if not texts:
        return Search(Q(), Q())
    words = _with_places(texts)
    units = IncidentQuerySet.units_seen(user)
    within = () if units is None else tuple(f"org:{pk}" for pk in sorted(units))
    lexemes = [lexeme for word in words for lexeme in (*word.pairs, *word.places)]
    shares = known_shares(lexemes, [word.text for word in words if not word.pairs], within)
    held = _all(word.held() for word in words)
    asked = " & ".join([*(word.asked(shares) for word in words), *_either(within)])
    indexed: Any = IncidentText.objects.filter(_holds(asked), held).values("incident_id")
    numbers = _numbered(text, texts)
    everywhere = _common_share(words, shares, held, user)
    if everywhere is None:
        return _rare(indexed, numbers)
    walked = Q(Exists(IncidentText.objects.filter(held, incident=OuterRef("pk"))))
    if numbers is not None:
        walked |= numbers
    # A single character stands for many pairs, and the index reads them all.
    by_index = within and all(word.pairs for word in words)
    counted_along = everywhere >= (_EVERYWHERE_IN_PART if by_index else _EVERYWHERE)
    return Search(walked, walked if counted_along else _or_numbered(indexed, numbers))


def _rare(indexed: QuerySet[Any], numbers: Q | None) -> Search:
    """Return the rows by their keys, fetched once for page and count, unless there are more than thought."""
    rows: Any = indexed if numbers is None else indexed.union(_by_number(numbers))
    found = [row["incident_id"] for row in rows[: MOST_FETCHED + 1]]
    if len(found) > MOST_FETCHED:
        fenced = _or_numbered(indexed[:_FENCE], numbers)
        return Search(fenced, fenced)
    known = _among(found)
    return Search(known, known)


def _numbered(text: str, texts: list[str]) -> Q | None:
    """Return the condition on numbers: the beginning of one of ours, or another system's whole one.

    None where there is no such number, or no digit: then there is no second way. One query at most.
    """
    if not _DIGIT.search("".join(texts)):
        return None
    typed = text.strip()
    found = Q(external_number__in=sorted({typed, unicodedata.normalize("NFKC", typed)}))
    if len(texts) == 1 and _NUMBER.fullmatch(texts[0]):
        found |= Q(number__startswith=texts[0])
    keys = list(_by_number(found).values_list("pk", flat=True)[: MOST_FETCHED + 1])
    if len(keys) > MOST_FETCHED:
        return found
    return _among(keys) if keys else None


def _common_share(words: list[Word], shares: Shares, held: Q, user: AnyUser) -> float | None:
    """Return the share of texts that fit where the list should be read from its newest row, else None.

    Streets and communities have an index that lists their part by date: the newest of it are looked at,
    because a place's name is all or nothing there. A department's part is found by reading all rows.
    """
    parts = [shares.at_most(word.text, word.pairs, word.places) for word in words]
    listed = not scope_of(user).department_ids
    enough = _sorted_at_most(shares.rows if listed else shares.total)
    if min(parts) * shares.rows <= enough:
        return None
    seen: Any = Incident.objects.visible_to(user).order_by("-reported_at", "-id") if listed else None
    recent = recent_share(held, seen)
    if recent * shares.rows <= enough:
        return None
    # Where something lies says nothing about when: only the words may have been common once and be gone.
    everywhere = min(recent, spread_share(_all(word.held() for word in words if not word.places)))
    return everywhere if everywhere * shares.rows > enough else None


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


def _holds(asked: str) -> Func:
    tokens = Func(F("body"), F("units"), function="incident_tokens")
    return _condition(tokens, " @@ ", Func(Value(asked), template="%(expressions)s::tsquery"))


def _condition(left: Any, sign: str, right: Any) -> Func:
    return Func(left, right, template="(%(expressions)s)", arg_joiner=sign, output_field=BooleanField())


def _or_numbered(texts: QuerySet[Any], numbers: Q | None) -> Q:
    if numbers is None:
        return Q(pk__in=texts)
    return Q(pk__in=texts.union(_by_number(numbers)))


def _by_number(numbers: Q) -> QuerySet[Any]:
    found: QuerySet[Any] = Incident.objects.filter(numbers).order_by().values("pk")
    return found


def _among(keys: list[int]) -> Q:
    """Return the condition of a long list of keys, sent as one array, which is quicker to parse."""
    given = Value(keys, output_field=ArrayField(BigIntegerField()))
    return Q(_condition(F("pk"), " = ANY ", Func(given, template="(%(expressions)s)")))


def _all(conditions: Iterable[Q]) -> Q:
    return reduce(and_, conditions, Q())


def _either(lexemes: tuple[str, ...]) -> list[str]:
    return [f"({' | '.join(map(_quoted, lexemes))})"] if lexemes else []


def _quoted(lexeme: str) -> str:
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
