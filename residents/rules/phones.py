"""Telephone numbers of residents as they are kept. Source: R-204."""

import re
import unicodedata

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0\d{9,11}|\d{7,8}|400\d{7}")
_FOREIGN = re.compile(r"\+\d{7,15}")
_NOISE = re.compile(r"[\s\u200b()-]+")


def clean_phone(text: str) -> str:
    """Return the number without what is only for reading; a Chinese country code goes."""
    number = _NOISE.sub("", unicodedata.normalize("NFKC", text))
    return re.sub(r"^(\+86|0086)(?=1\d{10}$)", "", number)


def is_phone(number: str) -> bool:
    """Return whether a cleaned number can be called."""
    return any(shape.fullmatch(number) for shape in (_MOBILE, _LANDLINE, _FOREIGN))
