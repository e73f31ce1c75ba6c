"""The keyed mark of a phone number: earlier cases are found by it, the number itself stays sealed."""

import re
import unicodedata

from core.crypto import fingerprint

SHORTEST = 7
_PURPOSE = "incident-caller"
_COUNTRY = re.compile(r"^(?:00)?86(?=1\d{10}$|0\d{9,11}$)")


def plain_phone(phone: str) -> str:
    """Return the digits of a number as people write it: full-width, spaced, with or without +86."""
    digits = "".join(re.findall(r"[0-9]", unicodedata.normalize("NFKC", phone)))
    return _COUNTRY.sub("", digits)


def caller_mark(phone: str) -> str:
    """Return the mark of a number, the same however it is written; empty for what is too short to be one.

    Source: R-95.
    """
    digits = plain_phone(phone)
    return fingerprint(digits, purpose=_PURPOSE) if len(digits) >= SHORTEST else ""
