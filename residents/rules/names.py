"""How a person's name may be written, and the forms it is found by. Source: R-203."""

import re
import unicodedata

LONGEST_NAME = 60
# As many letters as are kept of how a name sounds.
LONGEST_SOUNDS = 200
# Chinese characters inside and outside the basic plane, the dot of minority names, and what foreigners need.
_ALLOWED = re.compile(r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af·A-Za-zÀ-ÖØ-öø-ÿ'’.\- ]+")
# What people type for the dot of 阿卜杜拉·买买提: full stops and bullets of several keyboards.
_DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・･．。", "·"))


def clean_name(text: str) -> str:
    """Return the name as it is kept: half-width letters, one kind of dot, no spaces within Chinese."""
    wide = unicodedata.normalize("NFKC", text.translate(_DOTS)).translate(_DOTS)
    joined = " ".join(wide.split())
    # Between Chinese characters a full stop is the dot mistyped, and spaces are only for looks.
    return joined if re.search(r"[A-Za-z]", joined) else joined.replace(" ", "").replace(".", "·")


def name_problem(name: str) -> str:
    """Return why a cleaned name is refused: missing, long, signs; empty where it is fine."""
    if not name:
        return "missing"
    if len(name) > LONGEST_NAME:
        return "long"
    return "" if _ALLOWED.fullmatch(name) else "signs"
