"""The code with which a resident finds a report again: made here, stored only as a keyed mark."""

import secrets
from uuid import UUID

from core.crypto import fingerprint

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 O 1 I L
LENGTH = 10
_PURPOSE = "incident-lookup"


def new_code(client_key: UUID | None) -> str:
    """Return a code of 49 bits; a form sent twice gets the same one, so that its answer is not lost."""
    if client_key is None:
        return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    number = int(fingerprint(client_key.hex, purpose="incident-lookup-code"), 16)
    signs = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[place])
    return "".join(signs)


def digest_of(code: str) -> str:
    """Return the mark of a code as people write it: any case, with spaces or hyphens."""
    return fingerprint(code.upper().replace(" ", "").replace("-", ""), purpose=_PURPOSE)
