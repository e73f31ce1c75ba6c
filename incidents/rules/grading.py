"""The colour of a new incident: the most pressing of category default, judgement and raising conditions.

Nothing lowers a colour here; staff who lower one give a reason elsewhere.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from incidents.rules.reasons import Reason, reason
from incidents.rules.vocabulary import Colour, Importance, Urgency

_QUADRANTS: dict[tuple[Importance, Urgency], Colour] = {
    (Importance.HIGH, Urgency.HIGH): Colour.RED,
    (Importance.LOW, Urgency.HIGH): Colour.ORANGE,
    (Importance.HIGH, Urgency.LOW): Colour.YELLOW,
    (Importance.LOW, Urgency.LOW): Colour.BLUE,
}

# A word right behind one of these (with at most one filler) is denied: 没有坠落, 无人受伤, 未发生塌陷.
_DENIED = re.compile(r"(?:没有|没|无|未|不会|不存在|并非|排除)(?:人员|人|任何|明显|发生|出现|发现|造成)?$")
_PEOPLE = re.compile(
    r"(?P<digits>[0-9]{1,6})(?:多|余|几)?(?:名|位|个)?(?:人(?!民)|工人|农民工|员工|学生|居民|村民|孩子)"
    r"|(?P<words>[一二两三四五六七八九十百千]{1,7})(?:多|余|几)?(?:名|位|个)?"
    r"(?:人(?!民)|工人|农民工|员工|学生|居民|村民|孩子)"
)
_NUMERALS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_MULTIPLES = {"十": 10, "百": 100, "千": 1000}


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisingCondition:
    """One row: in these categories (none named: in all), any of its signs raises the colour. Source: R-12.

    Raises ValueError when it has no sign at all.
    """

    code: str
    raise_to: Colour
    name: str = ""
    categories: frozenset[str] = frozenset()
    keywords: tuple[str, ...] = ()
    casualties: bool = False
    people_at_least: int | None = None
    flags: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        """How explanations call the condition."""
        return self.name or self.code

    def concerns(self, category: str) -> bool:
        """Tell whether the condition is about a category at all."""
        return not self.categories or category in self.categories

    def __post_init__(self) -> None:
        if not (self.keywords or self.casualties or self.flags or self.people_at_least is not None):
            raise ValueError(f"raising condition {self.code} has no sign")
        if self.people_at_least is not None and self.people_at_least < 1:
            raise ValueError(f"raising condition {self.code} needs at least one person")


@dataclass(frozen=True, slots=True, kw_only=True)
class GradingInput:
    """What is known when an incident is filed; people_count None means the text is searched for a number."""

    category: str
    default_colour: Colour
    category_name: str = ""
    text: str = ""
    importance: Importance | None = None
    urgency: Urgency | None = None
    casualties: int = 0
    people_count: int | None = None
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Grade:
    """The colour, every reason for it, and the category's default if the colour outranks it."""

    colour: Colour
    reasons: tuple[Reason, ...]
    raised_from: Colour | None = None


def quadrant(importance: Importance, urgency: Urgency) -> Colour:
    """Return the colour of one of the four fields of importance and urgency. Source: R-10."""
    return _QUADRANTS[importance, urgency]


def grade(facts: GradingInput, conditions: Iterable[RaisingCondition]) -> Grade:
    """Return the most pressing colour of default, judgement and conditions, with reasons. Source: R-11."""
    reasons = [
        reason(
            "category_default",
            category=facts.category_name or facts.category,
            colour=facts.default_colour.value,
        )
    ]
    colours = [facts.default_colour]
    if facts.importance is not None and facts.urgency is not None:
        judged = quadrant(facts.importance, facts.urgency)
        colours.append(judged)
        reasons.append(
            reason(
                "judged",
                importance=facts.importance.value,
                urgency=facts.urgency.value,
                colour=judged.value,
            )
        )
    text = unicodedata.normalize("NFKC", facts.text)
    for condition in conditions:
        found = sign_of(condition, facts, text) if condition.concerns(facts.category) else None
        if found is not None:
            colours.append(condition.raise_to)
            reasons.append(found)
    colour = min(colours, key=lambda each: each.rank)
    raised_from = facts.default_colour if colour.outranks(facts.default_colour) else None
    return Grade(colour, tuple(reasons), raised_from)


def mentions(text: str, word: str) -> bool:
    """Tell whether a text says a word at least once without denying it right before. Source: R-13."""
    at = text.find(word)
    while at >= 0:
        if not _DENIED.search(text, max(0, at - 6), at):
            return True
        at = text.find(word, at + 1)
    return False


def people_in(text: str) -> int:
    """Return the largest number of people a text names, in digits or numerals; 0 if none. Source: R-13."""
    found = [
        int(match["digits"]) if match["digits"] else _numeral(match["words"])
        for match in _PEOPLE.finditer(text)
    ]
    return max(found, default=0)


def sign_of(condition: RaisingCondition, facts: GradingInput, text: str) -> Reason | None:
    """Return the sign of a condition that is there, or None; `text` is NFKC-normalised. Source: R-12."""
    colour = condition.raise_to.value
    if condition.casualties and facts.casualties > 0:
        return reason("raised_by_casualties", colour=colour)
    flag = next(iter(sorted(condition.flags & facts.flags)), None)
    if flag is not None:
        return reason("raised_by_flag", flag=flag, colour=colour)
    if condition.people_at_least is not None:
        people = people_in(text) if facts.people_count is None else facts.people_count
        if people >= condition.people_at_least:
            return reason("raised_by_people", people=people, least=condition.people_at_least, colour=colour)
    word = next((word for word in condition.keywords if mentions(text, word)), None)
    return None if word is None else reason("raised_by_words", word=word, colour=colour)


def _numeral(words: str) -> int:
    total, digit = 0, 0
    for sign in words:
        if sign in _MULTIPLES:
            total += (digit or 1) * _MULTIPLES[sign]
            digit = 0
        else:
            digit = _NUMERALS[sign]
    return total + digit
