"""What somebody typed into the search box: a number, the sounds of a name, names, a place. Source: R-263."""

import re
import unicodedata
from dataclasses import dataclass

from residents.rules.documents import DocumentKind
from residents.rules.phones import clean_phone, is_phone

MOST_WORDS = 4
_SPACES = re.compile(r"[\s\u200b]+")
_NUMBER = re.compile(r"(?=[0-9A-Z-]*\d{4})[0-9A-Z-]{5,30}")
_TAIL = re.compile(r"\d{4}")
_SOUNDS = re.compile(r"[a-z][a-z '’]*")
_DIGIT = re.compile(r"\d")
_HELD = tuple(kind for kind in DocumentKind if kind is not DocumentKind.NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """How to look: each part that is not empty is one way, and all words of `names` and `places` must fit.

    `documents` are the kinds the number may be of; `phone` and `tail` are whole and last four digits.
    """

    number: str = ""
    documents: tuple[DocumentKind, ...] = ()
    phone: str = ""
    tail: str = ""
    sounds: str = ""
    names: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        """Return whether it is a number of somebody, which must not stand in an address."""
        return bool(self.number or self.phone or self.tail)

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing to look for."""
        return not (self.number or self.phone or self.tail or self.sounds or self.names or self.places)


def read_question(text: str) -> Question:
    """Return what the text asks for; full-width signs count as half-width ones."""
    plain = unicodedata.normalize("NFKC", text).strip()
    compact = _SPACES.sub("", plain).upper()
    if _TAIL.fullmatch(compact):
        return Question(tail=compact)
    if _NUMBER.fullmatch(compact):
        phone = clean_phone(plain)
        number = compact.replace("-", "")
        return Question(number=number, documents=_HELD, phone=phone if is_phone(phone) else "")
    if _SOUNDS.fullmatch(plain.lower()):
        return Question(sounds=re.sub(r"[^a-z]", "", plain.lower()))
    words = tuple(dict.fromkeys(word for word in _SPACES.split(plain) if word))[:MOST_WORDS]
    return Question(
        names=tuple(word for word in words if not _DIGIT.search(word)),
        places=tuple(word for word in words if _DIGIT.search(word)),
    )
