"""Finding Chinese words by the first letters of their sounds: blj for 暴露垃圾."""

import unicodedata
from functools import lru_cache

from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PHRASES_DICT

# Up to this length a text is looked through for words that are read otherwise than their characters.
_SHORT = 4


@lru_cache(maxsize=20_000)
def initials(text: str) -> str:
    """Return the first letter of each character's sound, in small letters; digits and letters stay."""
    sounds = lazy_pinyin(text, style=Style.FIRST_LETTER, errors="default")
    return "".join(sign for sign in "".join(sounds).lower() if sign.isalnum())


@lru_cache(maxsize=20_000)
def sounds(text: str) -> str:
    """Return the sounds of all characters in one word, without tones: zhangwei for 张伟."""
    return "".join(sign for sign in "".join(lazy_pinyin(text, errors="default")).lower() if sign.isalnum())


@lru_cache(maxsize=20_000)
def sounds_and_initials(name: str) -> tuple[str, str]:
    """Return `sounds` and `initials` of a name at once, for millions of names, most of three characters.

    Characters that form no word known for its reading are read one by one, from memory.
    """
    size = len(name)
    if size > _SHORT or any(name[a:b] in PHRASES_DICT for a in range(size) for b in range(a + 2, size + 1)):
        return sounds(name), initials(name)
    read = [_reading(sign) for sign in name]
    return "".join(one for one, _first in read), "".join(first for _one, first in read)


@lru_cache(maxsize=100_000)
def _reading(sign: str) -> tuple[str, str]:
    return sounds(sign), initials(sign)


def plain(words: str) -> str:
    """Return what somebody typed as it is compared: half-width, small letters, no spaces at the ends."""
    return unicodedata.normalize("NFKC", words).strip().lower()


def rank(words: str, *names: str) -> int | None:
    """Return how well plain words fit one of the names, 0 best; None where they fit none.

    Equal, then beginning, then within; a name itself goes before its initials.
    """
    places = [_fit(words, name) for name in names]
    return min((place for place in places if place is not None), default=None)


def _fit(words: str, name: str) -> int | None:
    if not words:
        return None
    for step, text in ((0, name.lower()), (1, initials(name))):
        if text == words:
            return step
        if text.startswith(words):
            return 2 + step
        if words in text and (step == 0 or len(words) > 1):
            return 4 + step
    return None
