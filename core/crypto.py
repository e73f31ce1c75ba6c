"""Encryption of personal fields at rest: AES-256-GCM with a key id in front of every value.

Stored form, ASCII: `<key id>$<base64url(nonce ‖ ciphertext ‖ tag)>`. The field's name is authenticated with
the value, so a ciphertext moved to another column does not decrypt.
"""

import base64
import hashlib
import hmac
import os
from functools import lru_cache
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE_BYTES = 12


@lru_cache(maxsize=4)
def _keys(configured: str) -> dict[str, bytes]:
    pairs = (part.split(":", 1) for part in configured.split(",") if part)
    keys = {key_id.strip(): base64.urlsafe_b64decode(encoded) for key_id, encoded in pairs}
    if not keys or any(len(key) != 32 for key in keys.values()):
        raise ValueError("FIELD_KEYS must hold id:base64url(32 bytes) pairs, newest first")
    return keys


def encrypt(text: str, *, field: str) -> str:
    """Return the stored form of the text under the newest key; empty text stays empty."""
    if not text:
        return ""
    key_id, key = next(iter(_keys(settings.FIELD_KEYS).items()))
    nonce = os.urandom(_NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), field.encode())
    return f"{key_id}${base64.urlsafe_b64encode(nonce + sealed).decode()}"


def decrypt(stored: str, *, field: str) -> str:
    """Return the text; raises KeyError for an unknown key, InvalidTag for a changed value."""
    if not stored:
        return ""
    key_id, encoded = stored.split("$", 1)
    raw = base64.urlsafe_b64decode(encoded)
    key = _keys(settings.FIELD_KEYS)[key_id]
    return AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], field.encode()).decode()


def fingerprint(text: str, *, purpose: str) -> str:
    """Return a keyed one-way mark of the text (32 hex digits), for finding without storing it."""
    key = hashlib.sha256(b"fingerprint:" + purpose.encode() + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]


@lru_cache
def _index_key(configured: str, purpose: str) -> bytes:
    return hmac.digest(configured.encode(), b"index:" + purpose.encode(), "sha256")


def mark(text: str, *, purpose: str) -> UUID:
    """Return a keyed one-way mark for an index, the same under every encryption key.

    16 bytes of HMAC-SHA256 under INDEX_KEY; changing that key means marking every row anew.
    """
    return UUID(bytes=hmac.digest(_index_key(settings.INDEX_KEY, purpose), text.encode(), "sha256")[:16])


def mask_document(number: str) -> str:
    """Return the number with all hidden but its first three signs and its last two; short ones wholly."""
    return f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}" if len(number) >= 8 else "*" * len(number)


def mask_phone(phone: str) -> str:
    """Return the phone with its middle hidden, or nothing readable for a short one."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "*" * len(phone)


def mask_name(name: str) -> str:
    """Return the family name with the rest hidden."""
    return name[:1] + "*" * max(len(name) - 1, 1) if name else ""
